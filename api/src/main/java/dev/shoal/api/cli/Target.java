package dev.shoal.api.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.shoal.model.json.Json;
import dev.shoal.model.tls.TrustedCertificates;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which API to talk to: options first, then the environment, then the stack that runs in a directory. */
final class Target {
    private static final Path DEFAULT_DIRECTORY = Path.of(".shoal");

    @Option(names = "--url", paramLabel = "URL", description = "the API (SHOAL_URL)")
    @Nullable
    URI url;

    @Option(names = "--token", paramLabel = "TOKEN", description = "a bearer token (SHOAL_TOKEN)")
    @Nullable
    String token;

    @Option(names = "--dir", paramLabel = "DIR", description = "the directory of a stack (SHOAL_DIR, ./.shoal)")
    @Nullable
    Path dir;

    @Option(names = "--json", description = "print the answer as JSON")
    boolean json;

    /** What of {@code stack.json} is needed here. */
    private record Stack(
            @Nullable URI api,
            @JsonProperty("admin_token_file") @Nullable Path adminTokenFile) {}

    @Option(
            names = "--ca-file",
            paramLabel = "FILE",
            description = "CA certificates in PEM, trusted instead of the JDK's (SHOAL_CA_FILE)")
    @Nullable
    Path caFile;

    /** A client of the API that is meant. @throws CliException if none is */
    ApiConnection connect(Map<String, String> environment) {
        Optional.ofNullable(caFile)
                .or(() -> text(environment, "SHOAL_CA_FILE").map(Path::of))
                .ifPresent(Target::trust);
        Optional<URI> givenUrl =
                Optional.ofNullable(url).or(() -> text(environment, "SHOAL_URL").map(Target::uri));
        Optional<String> givenToken = Optional.ofNullable(token).or(() -> text(environment, "SHOAL_TOKEN"));
        if (givenUrl.isPresent() && givenToken.isPresent()) {
            return new ApiConnection(givenUrl.get(), givenToken.get());
        }
        Path directory = Optional.ofNullable(dir)
                .or(() -> text(environment, "SHOAL_DIR").map(Path::of))
                .orElse(DEFAULT_DIRECTORY);
        Stack stack = read(directory);
        return new ApiConnection(
                givenUrl.or(() -> Optional.ofNullable(stack.api()))
                        .orElseThrow(() -> new CliException("the stack in " + directory + " has no API yet")),
                givenToken.orElseGet(() -> token(directory, stack)));
    }

    private static void trust(Path file) {
        try {
            TrustedCertificates.install(Files.readString(file));
        } catch (IOException e) {
            throw new CliException("cannot read the CA certificates in " + file, e);
        } catch (IllegalArgumentException e) {
            throw new CliException(file + ": " + e.getMessage(), e);
        }
    }

    private static Stack read(Path directory) {
        Path file = directory.resolve("stack.json");
        try {
            return Json.read(Files.readAllBytes(file), Stack.class);
        } catch (IOException e) {
            throw new CliException(
                    "no stack runs in " + directory + ": start one with './shoal up', or say --url and --token", e);
        } catch (IllegalArgumentException e) {
            throw new CliException(file + " cannot be understood: " + e.getMessage(), e);
        }
    }

    private static String token(Path directory, Stack stack) {
        if (stack.adminTokenFile() == null) {
            throw new CliException("the stack in " + directory + " names no token: say --token");
        }
        try {
            return Files.readString(directory.resolve(stack.adminTokenFile())).strip();
        } catch (IOException e) {
            throw new CliException("the token in " + stack.adminTokenFile() + " cannot be read: say --token", e);
        }
    }

    private static URI uri(String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new CliException("SHOAL_URL is not an address: " + text, e);
        }
    }

    private static Optional<String> text(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }
}
