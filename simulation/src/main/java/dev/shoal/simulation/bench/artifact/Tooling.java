package dev.shoal.simulation.bench.artifact;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds and runs the peers. Confined to one thread. */
final class Tooling {
    private static final String S5CMD = "s5cmd-2.3.0";

    private final Path home;
    private final Path log;

    /** @param home the top of the checkout; {@code log} takes what the tools say */
    Tooling(Path home, Path log) {
        this.home = home;
        this.log = log;
    }

    /** A program on the search path. */
    static Optional<String> find(String command) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .map(directory -> Path.of(directory.isEmpty() ? "." : directory, command))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .map(Path::toString)
                .findFirst();
    }

    /** s5cmd: on the path, in the user's cache, or built into it if there is a Go. */
    Optional<String> s5cmd() throws IOException, InterruptedException {
        Optional<String> onPath = find("s5cmd");
        Path cached = cache().resolve(S5CMD);
        if (onPath.isPresent() || Files.isExecutable(cached)) {
            return onPath.or(() -> Optional.of(cached.toString()));
        }
        Optional<String> go = find("go");
        if (go.isEmpty()) {
            return Optional.empty();
        }
        System.err.println("building " + S5CMD + " once, this takes some minutes …");
        Files.createDirectories(cache());
        Path part = cache().resolve(S5CMD + ".part");
        run(
                List.of(go.get(), "build", "-o", part.toString(), "github.com/peak/s5cmd/v2"),
                Map.of(),
                home.resolve("temporal-dev/go-tools/s5cmd"));
        Files.move(part, cached, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return Optional.of(cached.toString());
    }

    /** Runs a command to its end. @throws IOException if it fails, naming the log */
    void run(List<String> command, Map<String, String> environment, Path directory)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            if (process.waitFor() != 0) {
                throw new IOException(command.getFirst() + " failed: " + lastLine());
            }
        } finally {
            process.destroyForcibly();
        }
    }

    /** What the last tool said last. */
    String lastLine() throws IOException {
        return Files.readAllLines(log).stream()
                .reduce((first, second) -> second)
                .orElse("nothing was said");
    }

    private static Path cache() {
        String cache = System.getenv("SHOAL_CACHE");
        Path base = cache != null ? Path.of(cache) : Path.of(System.getProperty("user.home"), ".cache", "shoal");
        return base.resolve("tools");
    }
}
