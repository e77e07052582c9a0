package dev.shoal.agent.swarm;

import dev.shoal.model.Digest;
import dev.shoal.model.torrent.Metainfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;

/** Bytes with their metainfo. */
public record TestArtifact(byte[] bytes, Metainfo metainfo) {

    /** Random bytes, the same for the same seed. */
    public static TestArtifact random(long seed, int size, int pieceLength) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return of(bytes, pieceLength);
    }

    /** The artifact of these bytes. */
    public static TestArtifact of(byte[] bytes, int pieceLength) {
        return new TestArtifact(bytes, metainfo(bytes, pieceLength, sha256(bytes)));
    }

    /** Metainfo of {@code bytes} that names another digest. */
    public static Metainfo metainfo(byte[] bytes, int pieceLength, Digest digest) {
        ByteArrayOutputStream pieces = new ByteArrayOutputStream();
        for (int at = 0; at < bytes.length; at += pieceLength) {
            pieces.writeBytes(hash("SHA-1", Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + pieceLength))));
        }
        return new Metainfo(digest, bytes.length, pieceLength, pieces.toByteArray());
    }

    /** The SHA-256 of bytes. */
    public static Digest sha256(byte[] bytes) {
        return new Digest(HexFormat.of().formatHex(hash("SHA-256", bytes)));
    }

    /** Puts the file where a swarm looks for it. */
    public Path writeTo(Path directory) throws IOException {
        Files.createDirectories(directory);
        return Files.write(directory.resolve(metainfo.digest().value()), bytes);
    }

    private static byte[] hash(String algorithm, byte[] bytes) {
        try {
            return MessageDigest.getInstance(algorithm).digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
