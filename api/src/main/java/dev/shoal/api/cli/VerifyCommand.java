package dev.shoal.api.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shoal.model.BuildName;
import dev.shoal.model.Digest;
import dev.shoal.model.job.Build;
import dev.shoal.model.json.Json;
import dev.shoal.model.pointer.VerifyKey;
import dev.shoal.model.provenance.Attestation;
import dev.shoal.model.provenance.Statement;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code build verify}. The API only says which job and digest the build has and hands the envelope over; it is the key at hand that
 * decides, and with {@code --file} the bytes at hand. With {@code --envelope} nothing is asked of anybody.
 */
@Command(name = "verify", description = "Check a build's signed provenance, and a file against it.")
final class VerifyCommand extends ApiCommand {
    private static final Path STACK_KEY = Path.of("secrets", "provenance.pub");
    private static final int BUFFER = 1 << 20;

    @Parameters(paramLabel = "BUILD")
    String name = "";

    @Option(names = "--file", paramLabel = "FILE", description = "must be the build's artifact")
    @Nullable
    Path file;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "the public key to trust, PEM (default: provenance.pub of the stack in --dir)")
    @Nullable
    Path key;

    @Option(
            names = "--envelope",
            paramLabel = "FILE",
            description = "the envelope (the .intoto.jsonl beside the artifact): checks offline, with --file and --key")
    @Nullable
    Path envelope;

    @Override
    public Integer call() {
        if (envelope == null) {
            return super.call();
        }
        if (file == null) {
            throw new CliException("--envelope needs the artifact too: say --file");
        }
        Digest digest = digest(file);
        return verify(read(envelope), new Attestation.Expected(buildName(), Optional.empty(), digest), console());
    }

    @Override
    int run(ApiConnection api, Console console) {
        Build build = as(Build.class, api.get("/builds/" + encoded(name)));
        JsonNode line = api.get("/builds/" + encoded(name) + "/provenance");
        Digest digest = file == null ? build.artifact().digest() : digest(file);
        return verify(
                Json.text(line), new Attestation.Expected(build.name(), Optional.of(build.job()), digest), console);
    }

    private int verify(String line, Attestation.Expected expected, Console console) {
        Digest digest = expected.artifact();
        return switch (Attestation.verify(line, expected, List.of(readKey()))) {
            case Attestation.Verdict.Refused refused ->
                throw new CliException(name + " is not verified: " + refused.reason());
            case Attestation.Verdict.Genuine genuine -> {
                print(genuine.statement(), digest, console);
                yield OK;
            }
        };
    }

    private void print(Statement statement, Digest digest, Console console) {
        if (target.json) {
            console.json(Json.read(Json.bytes(statement), JsonNode.class));
            return;
        }
        Statement.RunDetails run = statement.predicate().runDetails();
        console.line(name + " is verified" + (file == null ? "" : ", and " + file + " is its artifact"));
        console.line("  sha256   " + digest);
        console.line("  builder  " + run.builder().id() + ", invocation "
                + run.metadata().invocationId());
        console.line("  source   "
                + Json.text(statement.predicate().buildDefinition().externalParameters()));
        statement.predicate().buildDefinition().resolvedDependencies().stream()
                .map(dependency -> "  from     " + Json.text(dependency))
                .forEach(console::line);
        console.line("  built    " + run.metadata().startedOn() + " to "
                + run.metadata().finishedOn());
    }

    private BuildName buildName() {
        try {
            return new BuildName(name);
        } catch (IllegalArgumentException e) {
            throw new CliException(String.valueOf(e.getMessage()), e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new CliException("cannot read " + file, e);
        }
    }

    private VerifyKey readKey() {
        Path path = key != null ? key : (target.dir == null ? Path.of(".shoal") : target.dir).resolve(STACK_KEY);
        try {
            return VerifyKey.ofPem(Files.readString(path));
        } catch (IOException e) {
            throw new CliException("cannot read the key " + path + ": say --key", e);
        } catch (IllegalArgumentException e) {
            throw new CliException(path + " is " + e.getMessage(), e);
        }
    }

    private static Digest digest(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                sha256.update(buffer, 0, read);
            }
            return new Digest(HexFormat.of().formatHex(sha256.digest()));
        } catch (IOException e) {
            throw new CliException("cannot read " + file, e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
