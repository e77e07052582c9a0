package dev.shoal.model.pointer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.Digest;
import dev.shoal.model.InfoHash;
import dev.shoal.model.RegionName;
import dev.shoal.model.Seq;
import dev.shoal.model.job.Activation;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.json.Json;
import dev.shoal.model.pointer.SignedPointer.Reading;
import dev.shoal.model.pointer.SignedPointer.Reason;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SignedPointerTest {
    private static final AppName HELLO = new AppName("hello");
    private static final Instant NOW = Instant.parse("2026-11-22T21:00:00Z");

    private final SigningKey key = newKey();
    private final List<VerifyKey> trusted = List.of(key.verifyKey());

    @Test
    void readsBackWhatWasSigned() {
        Pointer pointer = pointer(7, 0, NOW);

        Reading reading = SignedPointer.read(SignedPointer.sign(pointer, key), HELLO, trusted);

        assertThat(reading).isEqualTo(new Reading.Authentic(pointer));
    }

    @Test
    void namesTheBuildAsTheConsulKeyPromises() {
        Envelope envelope = Json.read(SignedPointer.sign(pointer(7, 0, NOW), key), Envelope.class);

        assertThat(new String(envelope.payload(), StandardCharsets.UTF_8)).contains("\"b_v\":\"hello-1\"");
    }

    @Test
    void refusesAnotherKeysSignature() {
        byte[] value = SignedPointer.sign(pointer(7, 0, NOW), newKey());

        assertThat(SignedPointer.read(value, HELLO, trusted))
                .isInstanceOfSatisfying(
                        Reading.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.UNSIGNED));
    }

    @Test
    void refusesAPayloadThatWasChangedAfterSigning() {
        Envelope honest = Json.read(SignedPointer.sign(pointer(7, 0, NOW), key), Envelope.class);
        Envelope forged = new Envelope(honest.payloadType(), Json.bytes(pointer(8, 0, NOW)), honest.signatures());

        assertThat(reason(forged.toJson(), HELLO)).isEqualTo(Reason.UNSIGNED);
    }

    @Test
    void refusesAKeyIdThatIsTrustedWithASignatureThatIsNot() {
        Envelope honest = Envelope.sign(SignedPointer.PAYLOAD_TYPE, Json.bytes(pointer(8, 0, NOW)), newKey());
        Envelope forged = new Envelope(
                honest.payloadType(),
                honest.payload(),
                List.of(new Envelope.Sig(
                        key.verifyKey().keyId(), honest.signatures().getFirst().sig())));

        assertThat(reason(forged.toJson(), HELLO)).isEqualTo(Reason.UNSIGNED);
    }

    @Test
    void refusesAnotherAppsPointer() {
        byte[] value = SignedPointer.sign(pointer(7, 0, NOW), key);

        assertThat(reason(value, new AppName("other"))).isEqualTo(Reason.WRONG_APP);
    }

    @Test
    void refusesADocumentSignedForAnotherPurpose() {
        byte[] value = Envelope.sign("application/vnd.in-toto+json", Json.bytes(pointer(7, 0, NOW)), key)
                .toJson();

        assertThat(reason(value, HELLO)).isEqualTo(Reason.WRONG_TYPE);
    }

    @Test
    void refusesWhatIsNotAPointerAtAll() {
        assertThat(reason("{}".getBytes(StandardCharsets.UTF_8), HELLO)).isEqualTo(Reason.MALFORMED);
        assertThat(reason("null".getBytes(StandardCharsets.UTF_8), HELLO)).isEqualTo(Reason.MALFORMED);
        assertThat(reason(new byte[0], HELLO)).isEqualTo(Reason.MALFORMED);
        assertThat(reason("{\"b_v\":\"hello-1\"}".getBytes(StandardCharsets.UTF_8), HELLO))
                .isEqualTo(Reason.MALFORMED);
        assertThat(reason(new byte[SignedPointer.MAX_BYTES + 1], HELLO)).isEqualTo(Reason.TOO_LARGE);
    }

    @Test
    void neverSignsMoreThanAReaderLooksAt() {
        Activation wordy = new Activation(
                "hello.tar",
                Activation.Unpack.TAR,
                Optional.of("w".repeat(512)),
                Optional.of("x".repeat(512)),
                Optional.of("y".repeat(512)),
                Optional.of("z".repeat(512)),
                Duration.ofSeconds(30));
        Pointer pointer = pointer(1, 0, NOW);
        Map<RegionName, Integer> many = new java.util.HashMap<>();
        for (int i = 0; i < 40; i++) {
            many.put(new RegionName("a-region-with-a-long-name-" + i), 1000);
        }
        Pointer large = new Pointer(
                HELLO, pointer.build(), pointer.seq(), 0, pointer.artifact(), wordy, many, NOW, pointer.expiresAt());

        assertThatThrownBy(() -> SignedPointer.sign(large, key)).hasMessageContaining("more than 4096");
    }

    @Test
    void ordersBySeqThenStepThenTimeOfSigning() {
        assertThat(pointer(2, 0, NOW).isNewerThan(pointer(1, 5, NOW.plusSeconds(9))))
                .isTrue();
        assertThat(pointer(1, 1, NOW).isNewerThan(pointer(1, 0, NOW.plusSeconds(9))))
                .isTrue();
        assertThat(pointer(1, 0, NOW.plusSeconds(1)).isNewerThan(pointer(1, 0, NOW)))
                .isTrue();
        assertThat(pointer(1, 0, NOW).isNewerThan(pointer(1, 0, NOW))).isFalse();
        assertThat(pointer(1, 9, NOW).isNewerThan(pointer(2, 0, NOW))).isFalse();
    }

    @Test
    void findsTheAppInAKeyAndNothingInOtherKeys() {
        assertThat(Pointer.appOf(Pointer.key(HELLO))).contains(HELLO);
        assertThat(Pointer.appOf("shoal/apps//version")).isEmpty();
        assertThat(Pointer.appOf("shoal/apps/version")).isEmpty();
        assertThat(Pointer.appOf("shoal/apps/Up/version")).isEmpty();
        assertThat(Pointer.appOf("shoal/apps/a/b/version")).isEmpty();
        assertThat(Pointer.appOf("other/hello/version")).isEmpty();
    }

    @Test
    void keysSurvivePem() {
        SigningKey read = SigningKey.ofPem(key.toPem(), key.verifyKey().toPem());

        assertThat(read.verifyKey().keyId()).isEqualTo(key.verifyKey().keyId());
        assertThat(read.toString()).doesNotContain("PRIVATE");
        assertThat(SignedPointer.read(SignedPointer.sign(pointer(1, 0, NOW), read), HELLO, trusted))
                .isInstanceOf(Reading.Authentic.class);
    }

    private Reason reason(byte[] value, AppName app) {
        return switch (SignedPointer.read(value, app, trusted)) {
            case Reading.Refused refused -> refused.reason();
            case Reading.Authentic authentic -> throw new AssertionError("believed " + authentic);
        };
    }

    private static Pointer pointer(long seq, int step, Instant issuedAt) {
        return new Pointer(
                HELLO,
                new BuildName("hello-1"),
                new Seq(seq),
                step,
                new Artifact(new Digest("a".repeat(64)), 1000, new InfoHash("b".repeat(40)), 262144),
                Activation.ofFile("hello.tar"),
                Map.of(new RegionName("eu"), 1000),
                issuedAt,
                issuedAt.plus(Duration.ofDays(7)));
    }

    private static SigningKey newKey() {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            return new SigningKey(pair.getPrivate(), VerifyKey.of(pair.getPublic()));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
