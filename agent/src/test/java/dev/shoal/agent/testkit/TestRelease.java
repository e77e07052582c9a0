package dev.shoal.agent.testkit;

import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.Digest;
import dev.shoal.model.RegionName;
import dev.shoal.model.Seq;
import dev.shoal.model.job.Activation;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.pointer.Pointer;
import dev.shoal.model.pointer.SignedPointer;
import dev.shoal.model.pointer.SigningKey;
import dev.shoal.model.pointer.VerifyKey;
import dev.shoal.model.torrent.Metainfo;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;

/** Bytes with their metainfo, and pointers that name them. */
public record TestRelease(byte[] bytes, Metainfo metainfo) {
    private static final int PIECE_LENGTH = 256 << 10;

    /** Reproducible random bytes; another seed gives another artifact. */
    public static TestRelease ofRandomBytes(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        ByteArrayOutputStream pieces = new ByteArrayOutputStream();
        for (int at = 0; at < size; at += PIECE_LENGTH) {
            MessageDigest sha1 = digest("SHA-1");
            sha1.update(bytes, at, Math.min(PIECE_LENGTH, size - at));
            pieces.writeBytes(sha1.digest());
        }
        Digest digest = new Digest(HexFormat.of().formatHex(digest("SHA-256").digest(bytes)));
        return new TestRelease(bytes, new Metainfo(digest, size, PIECE_LENGTH, pieces.toByteArray()));
    }

    /** A new Ed25519 key. */
    public static SigningKey newKey() {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            return new SigningKey(pair.getPrivate(), VerifyKey.of(pair.getPublic()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has Ed25519", e);
        }
    }

    /** What a pointer says about the bytes. */
    public Artifact artifact() {
        return new Artifact(metainfo.digest(), metainfo.size(), metainfo.infoHash(), metainfo.pieceLength());
    }

    /** A pointer of all machines of {@code region} to these bytes, valid for an hour. */
    public Pointer pointer(AppName app, long seq, RegionName region) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        return new Pointer(
                app,
                new BuildName(app + "-" + seq),
                new Seq(seq),
                0,
                artifact(),
                Activation.ofFile("app"),
                Map.of(region, 1000),
                now,
                now.plus(Duration.ofHours(1)));
    }

    /** That pointer, signed. */
    public byte[] signedPointer(AppName app, long seq, RegionName region, SigningKey key) {
        return SignedPointer.sign(pointer(app, seq, region), key);
    }

    /** Uploads the bytes and their metainfo. */
    public void uploadTo(S3Server s3) {
        s3.put(artifact().key(), bytes);
        s3.put(artifact().metainfoKey(), metainfo.encode());
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }
}
