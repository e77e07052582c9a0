package dev.shoal.model.provenance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.Digest;
import dev.shoal.model.HostId;
import dev.shoal.model.JobId;
import dev.shoal.model.job.JobSource;
import dev.shoal.model.json.Json;
import dev.shoal.model.pointer.Envelope;
import dev.shoal.model.pointer.SigningKey;
import dev.shoal.model.pointer.VerifyKey;
import dev.shoal.model.provenance.Attestation.Expected;
import dev.shoal.model.provenance.Attestation.Verdict;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AttestationTest {
    private static final Digest DIGEST = new Digest("ab".repeat(32));
    private static final String COMMIT = "c0ffee".repeat(6) + "beef";
    private static final Provenance PROVENANCE = new Provenance(
            new BuildName("hello-7"),
            new AppName("hello"),
            DIGEST,
            new JobSource.Git("https://example.org/hello.git", "main"),
            Optional.of("make"),
            Optional.of(COMMIT),
            new JobId(7),
            2,
            new HostId("build-1"),
            "alice",
            Instant.parse("2026-11-22T10:00:00Z"),
            Instant.parse("2026-11-22T10:05:00Z"));
    private static final Expected EXPECTED = new Expected(new BuildName("hello-7"), Optional.of(new JobId(7)), DIGEST);
    private static final SigningKey KEY = key();

    @Test
    void theStatementIsWhatTheSpecificationsSay() {
        JsonNode statement = Json.read(payload(Attestation.sign(PROVENANCE, KEY)), JsonNode.class);

        assertThat(statement).isEqualTo(Json.read("""
                {"_type": "https://in-toto.io/Statement/v1",
                 "subject": [{"name": "hello-7", "digest": {"sha256": "%s"}}],
                 "predicateType": "https://slsa.dev/provenance/v1",
                 "predicate": {
                   "buildDefinition": {
                     "buildType": "https://shoal.dev/build-types/shoal-yaml/v1",
                     "externalParameters": {
                       "app": "hello", "command": "make",
                       "source": {"repository": "https://example.org/hello.git", "ref": "main"}},
                     "internalParameters": {"job": 7, "attempt": 2, "submittedBy": "alice"},
                     "resolvedDependencies": [
                       {"uri": "git+https://example.org/hello.git@main", "digest": {"gitCommit": "%s"}}]},
                   "runDetails": {
                     "builder": {"id": "urn:shoal:host:build-1"},
                     "metadata": {"invocationId": "7/2",
                       "startedOn": "2026-11-22T10:00:00Z", "finishedOn": "2026-11-22T10:05:00Z"}}}}
                """.formatted(DIGEST, COMMIT), JsonNode.class));
    }

    @Test
    void theEnvelopeIsOneLineWhoseSignatureAnyDsseImplementationAccepts() throws Exception {
        String line = Attestation.sign(PROVENANCE, KEY);

        JsonNode envelope = Json.read(line, JsonNode.class);
        byte[] payload = payload(line);
        Signature verifier = Signature.getInstance("Ed25519");
        verifier.initVerify(KEY.verifyKey().publicKey());
        verifier.update(("DSSEv1 28 application/vnd.in-toto+json " + payload.length + " "
                        + new String(payload, StandardCharsets.UTF_8))
                .getBytes(StandardCharsets.UTF_8));
        assertThat(line).doesNotContain("\n");
        assertThat(envelope.get("payloadType").asText()).isEqualTo("application/vnd.in-toto+json");
        assertThat(verifier.verify(Base64.getDecoder()
                        .decode(envelope.get("signatures").get(0).get("sig").asText())))
                .isTrue();
    }

    @Test
    void aTarballIsADependencyByItsDigestAndADirectoryIsNone() {
        Digest source = new Digest("cd".repeat(32));

        assertThat(dependencies(new JobSource.Tarball(source)))
                .singleElement()
                .satisfies(it -> assertThat(it.digest()).containsEntry("sha256", source.value()));
        assertThat(dependencies(new JobSource.Directory("/src"))).isEmpty();
    }

    @Test
    void whatIsSignedAboutTheBuildAndItsBytesIsGenuine() {
        Verdict verdict = Attestation.verify(Attestation.sign(PROVENANCE, KEY), EXPECTED, List.of(KEY.verifyKey()));

        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.Genuine.class,
                        genuine -> assertThat(Json.text(genuine.statement()))
                                .isEqualTo(Json.text(PROVENANCE.statement())));
    }

    @Test
    void aForeignSignatureOtherBytesAnotherBuildAndAnotherJobAreRefused() {
        String line = Attestation.sign(PROVENANCE, KEY);
        List<VerifyKey> trusted = List.of(KEY.verifyKey());

        assertThat(refusal(line, EXPECTED, List.of(key().verifyKey()))).contains("no signature by a trusted key");
        assertThat(refusal(line, new Expected(EXPECTED.build(), EXPECTED.job(), new Digest("00".repeat(32))), trusted))
                .contains("it is about sha256 ab");
        assertThat(refusal(line, new Expected(new BuildName("hello-8"), EXPECTED.job(), DIGEST), trusted))
                .contains("not about hello-8");
        assertThat(refusal(line, new Expected(EXPECTED.build(), Optional.of(new JobId(8)), DIGEST), trusted))
                .contains("it is about job 7");
    }

    @Test
    void aChangedPayloadAnotherTypeAndRubbishAreRefused() {
        List<VerifyKey> trusted = List.of(KEY.verifyKey());
        Envelope envelope = Json.read(Attestation.sign(PROVENANCE, KEY), Envelope.class);
        byte[] changed = envelope.payload();
        changed[changed.length / 2] ^= 1;

        assertThat(refusal(
                        Json.text(new Envelope(envelope.payloadType(), changed, envelope.signatures())),
                        EXPECTED,
                        trusted))
                .contains("no signature");
        assertThat(refusal(Json.text(Envelope.sign("text/plain", envelope.payload(), KEY)), EXPECTED, trusted))
                .contains("text/plain");
        assertThat(refusal(
                        Json.text(Envelope.sign(Statement.PAYLOAD_TYPE, Json.bytes(List.of()), KEY)),
                        EXPECTED,
                        trusted))
                .contains("not a DSSE envelope");
        assertThat(refusal("{}", EXPECTED, trusted)).contains("not a DSSE envelope");
        assertThat(refusal("rubbish", EXPECTED, trusted)).contains("not a DSSE envelope");
    }

    private static String refusal(String line, Expected expected, List<VerifyKey> trusted) {
        return ((Verdict.Refused) Attestation.verify(line, expected, trusted)).reason();
    }

    private static List<Statement.Resource> dependencies(JobSource source) {
        return new Provenance(
                        PROVENANCE.build(),
                        PROVENANCE.app(),
                        DIGEST,
                        source,
                        Optional.empty(),
                        Optional.empty(),
                        PROVENANCE.job(),
                        1,
                        PROVENANCE.host(),
                        "alice",
                        PROVENANCE.startedOn(),
                        PROVENANCE.finishedOn())
                .statement()
                .predicate()
                .buildDefinition()
                .resolvedDependencies();
    }

    private static byte[] payload(String line) {
        return Base64.getDecoder()
                .decode(Json.read(line, JsonNode.class).get("payload").asText());
    }

    private static SigningKey key() {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            return new SigningKey(pair.getPrivate(), VerifyKey.of(pair.getPublic()));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
