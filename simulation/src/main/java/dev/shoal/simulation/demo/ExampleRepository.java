package dev.shoal.simulation.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A git repository with the example service: tag {@code v1}, and {@code v2}, which differs in its version. */
final class ExampleRepository {
    private final Path dir;

    private ExampleRepository(Path dir) {
        this.dir = dir;
    }

    /** Copies the example of the checkout at {@code home} to {@code dir} and commits it twice. */
    static ExampleRepository create(Path home, Path dir) {
        try {
            copy(home.resolve("simulation/examples/hello"), dir);
            ExampleRepository repository = new ExampleRepository(dir);
            repository.git("init", "-q", "-b", "main");
            repository.commit("1");
            repository.commit("2");
            return repository;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the example repository in " + dir, e);
        }
    }

    /** For {@code --git}. */
    String url() {
        return dir.toUri().toString();
    }

    private void commit(String version) throws IOException {
        Files.writeString(dir.resolve("VERSION"), version + "\n");
        git("add", "-A");
        git(
                "-c",
                "user.name=Shoal demo",
                "-c",
                "user.email=demo@localhost",
                "commit",
                "-q",
                "--allow-empty",
                "-m",
                "Version " + version);
        git("tag", "v" + version);
    }

    private void git(String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of("git", "-C", dir.toString()));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": " + output.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }
}
