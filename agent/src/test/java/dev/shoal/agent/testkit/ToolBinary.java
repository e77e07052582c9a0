package dev.shoal.agent.testkit;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the real tools that tests run. */
final class ToolBinary {
    private ToolBinary() {}

    /** On PATH, else in Shoal's cache; aborts the test loudly if it is in neither. */
    static Path require(String name) {
        Stream<Path> onPath = Stream.of(environment("PATH").orElse("").split(File.pathSeparator))
                .map(Path::of);
        return Stream.concat(onPath, Stream.of(cache().resolve("tools")))
                .map(directory -> directory.resolve(name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseGet(() -> abort("SKIPPED: no '" + name + "' on PATH nor in " + cache().resolve("tools")));
    }

    private static Path cache() {
        return environment("SHOAL_CACHE")
                .map(Path::of)
                .or(() -> environment("XDG_CACHE_HOME").map(home -> Path.of(home, "shoal")))
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache", "shoal"));
    }

    private static Optional<String> environment(String name) {
        return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isEmpty());
    }
}
