package dev.shoal.dev;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Finds the pinned tools: on PATH, else in the user's cache, else builds them there: under a lock, so never twice at once, and
 * under another name until whole, so never half a binary.
 */
final class Tools {
    private final Path cache;
    private final Path modules;
    private final String path;
    private final PrintStream progress;

    /**
     * A resolver.
     *
     * @param cache where built tools are kept
     * @param modules the directory of the Go modules
     * @param path the search path for programs, like {@code $PATH}
     */
    Tools(Path cache, Path modules, String path, PrintStream progress) {
        this.cache = cache;
        this.modules = modules;
        this.path = path;
        this.progress = progress;
    }

    static Tools ofEnvironment(Path home, PrintStream progress) {
        String cache = System.getenv("SHOAL_CACHE");
        Path base = cache != null ? Path.of(cache) : Path.of(System.getProperty("user.home"), ".cache", "shoal");
        return new Tools(
                base.resolve("tools"),
                home.resolve("temporal-dev/go-tools"),
                System.getenv().getOrDefault("PATH", ""),
                progress);
    }

    /** Where built tools are kept. */
    Path cache() {
        return cache;
    }

    /** The tool's program, built first if need be. @throws MissingToolException if it can be neither found nor built */
    Path resolve(Tool tool) throws IOException {
        Optional<Path> found = find(tool);
        return found.isPresent() ? found.get() : build(tool);
    }

    /** The tool's program, if it is there. */
    Optional<Path> find(Tool tool) {
        Optional<Path> onPath = onPath(tool.command());
        Path cached = cache.resolve(tool.cacheName());
        return onPath.isPresent() ? onPath : Optional.of(cached).filter(Files::isExecutable);
    }

    /** A program on the search path. */
    Optional<Path> onPath(String command) {
        for (String dir : path.split(":", -1)) {
            Path candidate = Path.of(dir.isEmpty() ? "." : dir, command);
            if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
                return Optional.of(candidate.toAbsolutePath());
            }
        }
        return Optional.empty();
    }

    private Path build(Tool tool) throws IOException {
        Path go = onPath("go")
                .orElseThrow(() -> new MissingToolException(tool.command()
                        + " is not on PATH and cannot be built, since go is not on PATH either: install Go 1.25 or newer (or "
                        + tool.command() + ")"));
        Files.createDirectories(cache);
        Path target = cache.resolve(tool.cacheName());
        try (FileChannel channel = FileChannel.open(
                        cache.resolve(tool.cacheName() + ".lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            if (!Files.isExecutable(target) && lock.isValid()) {
                build(tool, go, target);
            }
        }
        return target;
    }

    private void build(Tool tool, Path go, Path target) throws IOException {
        progress.println("building " + tool.cacheName() + " once, this takes some minutes …");
        long start = System.nanoTime();
        Path part = cache.resolve(tool.cacheName() + ".part");
        Path log = cache.resolve(tool.cacheName() + ".log");
        Process process = new ProcessBuilder(go.toString(), "build", "-o", part.toString(), tool.goPackage())
                .directory(modules.resolve(tool.command()).toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        await(process, tool);
        if (process.exitValue() != 0) {
            throw new MissingToolException("building " + tool.cacheName() + " failed, see " + log);
        }
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        progress.printf("built %s in %d s%n", tool.cacheName(), (System.nanoTime() - start) / 1_000_000_000L);
    }

    private void await(Process process, Tool tool) {
        try {
            for (int seconds = 0; !process.waitFor(15, java.util.concurrent.TimeUnit.SECONDS); seconds += 15) {
                progress.printf("  still building %s (%d s)%n", tool.cacheName(), seconds + 15);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new MissingToolException("interrupted while building " + tool.cacheName());
        }
    }

    /** The message says what to install. */
    static final class MissingToolException extends RuntimeException {
        MissingToolException(String message) {
            super(message);
        }
    }
}
