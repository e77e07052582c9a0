package dev.shoal.simulation.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A directory of a benchmark's own, in memory if there is room, where no disk is part of what is measured. A reaper outside this
 * process deletes it when this process ends, however it ends.
 */
public final class Scratch implements AutoCloseable {
    private static final Path MEMORY = Path.of("/dev/shm");
    private static final Path MEMINFO = Path.of("/proc/meminfo");

    /** For the programs that are measured, and for who else works here. */
    private static final long LEFT_FREE = 3L << 30;

    private static final long LIMIT_SECONDS = 120;

    private final Path directory;
    private final boolean inMemory;
    private final Process reaper;

    private Scratch(Path directory, boolean inMemory, Process reaper) {
        this.directory = directory;
        this.inMemory = inMemory;
        this.reaper = reaper;
    }

    /**
     * Makes one.
     *
     * @param parent where it is to be; null to choose
     * @param bytes that it must hold
     */
    public static Scratch open(@Nullable Path parent, long bytes) throws IOException {
        Optional<Path> memory =
                parent == null && hasRoom(MEMORY, MEMINFO, bytes) ? Optional.of(MEMORY) : Optional.empty();
        Path in = memory.orElse(parent == null ? Path.of(System.getProperty("java.io.tmpdir")) : parent);
        Path made = Files.createTempDirectory(Files.createDirectories(in), "shoal-bench-")
                .toAbsolutePath();
        // In a session of its own: what ends the benchmark's process group must not end what tidies after it.
        Process reaper = new ProcessBuilder("setsid", "sh", "-c", "cat > /dev/null; rm -rf \"$0\"", made.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return new Scratch(made, memory.isPresent(), reaper);
    }

    /** Whether a file system in memory and the memory itself can take so many bytes. */
    static boolean hasRoom(Path fileSystem, Path meminfo, long bytes) throws IOException {
        if (!Files.isDirectory(fileSystem)
                || !Files.getFileStore(fileSystem).type().equals("tmpfs")
                || !Files.isReadable(meminfo)) {
            return false;
        }
        long available = Files.readAllLines(meminfo).stream()
                .filter(line -> line.startsWith("MemAvailable:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                .findFirst()
                .orElse(0);
        return Files.getFileStore(fileSystem).getUsableSpace() >= bytes && available - LEFT_FREE >= bytes;
    }

    /** Absolute. */
    public Path directory() {
        return directory;
    }

    /** For people: where it is. */
    public String place() {
        return inMemory ? "in memory (" + directory.getParent() + ")" : "on disk (" + directory.getParent() + ")";
    }

    /** Deletes it. Whoever still writes there must have ended. */
    @Override
    public void close() throws IOException {
        reaper.getOutputStream().close();
        try {
            reaper.onExit().get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            // The reaper goes on by itself.
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException(directory + " could not be deleted", e);
        }
    }
}
