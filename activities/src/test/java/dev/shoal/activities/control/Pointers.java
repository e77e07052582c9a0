package dev.shoal.activities.control;

import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.Digest;
import dev.shoal.model.InfoHash;
import dev.shoal.model.RegionName;
import dev.shoal.model.Seq;
import dev.shoal.model.job.Activation;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.pointer.Pointer;
import dev.shoal.model.pointer.SigningKey;
import dev.shoal.model.pointer.VerifyKey;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** Pointers and keys. */
final class Pointers {
    static final AppName APP = new AppName("hello");
    static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    static final Duration WEEK = Duration.ofDays(7);

    private Pointers() {}

    static Pointer pointer(long seq, String build) {
        return pointer(seq, build, 0);
    }

    static Pointer pointer(long seq, String build, int step) {
        return new Pointer(
                APP,
                new BuildName(build),
                new Seq(seq),
                step,
                new Artifact(new Digest("a".repeat(64)), 1000, new InfoHash("b".repeat(40)), 1 << 18),
                Activation.ofFile("app.bin"),
                Map.of(new RegionName("eu"), 1000),
                NOON,
                NOON.plus(WEEK));
    }

    static SigningKey key() {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            return new SigningKey(pair.getPrivate(), VerifyKey.of(pair.getPublic()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
