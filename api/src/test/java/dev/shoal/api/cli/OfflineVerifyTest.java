package dev.shoal.api.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.Digest;
import dev.shoal.model.HostId;
import dev.shoal.model.JobId;
import dev.shoal.model.job.JobSource;
import dev.shoal.model.pointer.SigningKey;
import dev.shoal.model.pointer.VerifyKey;
import dev.shoal.model.provenance.Attestation;
import dev.shoal.model.provenance.Provenance;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code build verify --envelope}: no API, no stack, no token. */
class OfflineVerifyTest {
    private static final byte[] BYTES = "a program".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path directory;

    private Path artifact = Path.of("");
    private Path envelope = Path.of("");
    private Path key = Path.of("");

    private record Outcome(int code, String out, String err) {}

    @BeforeEach
    void aSignedBuild() throws IOException, NoSuchAlgorithmException {
        SigningKey signer = signingKey();
        Digest digest = new Digest(
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(BYTES)));
        Provenance provenance = new Provenance(
                new BuildName("hello-7"),
                new AppName("hello"),
                digest,
                new JobSource.Git("https://example.org/hello.git", "main"),
                Optional.of("make"),
                Optional.empty(),
                new JobId(7),
                1,
                new HostId("build-1"),
                "alice",
                Instant.parse("2026-11-22T10:00:00Z"),
                Instant.parse("2026-11-22T10:05:00Z"));
        artifact = Files.write(directory.resolve("hello.tar"), BYTES);
        envelope = Files.writeString(
                directory.resolve("hello-7.intoto.jsonl"), Attestation.sign(provenance, signer) + "\n");
        key = Files.writeString(
                directory.resolve("provenance.pub"), signer.verifyKey().toPem());
    }

    @Test
    void theArtifactItsEnvelopeAndAKeyAreEnough() {
        Outcome outcome = verify("hello-7", "--file", artifact.toString());

        assertThat(outcome.code).as(outcome.err).isZero();
        assertThat(outcome.out).contains("hello-7 is verified", "builder", "https://example.org/hello.git");
    }

    @Test
    void otherBytesAnotherBuildAndNoFileAreRefused() throws IOException {
        Path other = Files.writeString(directory.resolve("other"), "another program");

        assertThat(verify("hello-7", "--file", other.toString()))
                .satisfies(it -> assertThat(it.code).isOne())
                .satisfies(it -> assertThat(it.err).contains("hello-7 is not verified", "sha256"));
        assertThat(verify("hello-8", "--file", artifact.toString()).err).contains("not about hello-8");
        assertThat(verify("hello-7").err).contains("--file");
    }

    @Test
    void aKeyThatSignedSomethingElseIsNotEnough() throws IOException, NoSuchAlgorithmException {
        Files.writeString(key, signingKey().verifyKey().toPem());

        assertThat(verify("hello-7", "--file", artifact.toString()).err).contains("no signature by a trusted key");
    }

    private static SigningKey signingKey() throws NoSuchAlgorithmException {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        return new SigningKey(pair.getPrivate(), VerifyKey.of(pair.getPublic()));
    }

    private Outcome verify(String... rest) {
        List<String> args =
                new ArrayList<>(List.of("build", "verify", "--envelope", envelope.toString(), "--key", key.toString()));
        args.addAll(List.of(rest));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = ShoalCli.run(Map.of(), new PrintWriter(out), new PrintWriter(err), args.toArray(String[]::new));
        return new Outcome(code, out.toString(), err.toString());
    }
}
