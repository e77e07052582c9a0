package dev.shoal.simulation.bench;

import dev.shoal.simulation.stack.Launcher;
import dev.shoal.simulation.stack.StackFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A stack of a benchmark's own, in a temporary directory. It is taken down and its directory deleted when it is closed, at the
 * latest when this process ends.
 */
public final class BenchStack implements AutoCloseable {
    private final Launcher launcher;
    private final Path dir;
    private final AtomicBoolean removed = new AtomicBoolean();
    private final Thread atExit = new Thread(this::remove, "bench-cleanup");

    private BenchStack(Launcher launcher, Path dir) {
        this.launcher = launcher;
        this.dir = dir;
    }

    /** Starts one as {@code ./shoal up} with these options does. @throws IOException if it does not start */
    public static BenchStack up(String... options) throws IOException {
        BenchStack stack = new BenchStack(Launcher.find(), Files.createTempDirectory("shoal-bench-"));
        Runtime.getRuntime().addShutdownHook(stack.atExit);
        List<String> words = new ArrayList<>(List.of("up", "--dir", stack.dir.toString()));
        words.addAll(List.of(options));
        if (stack.launcher.run(words) != 0) {
            throw new IOException("the stack did not start, see " + stack.dir.resolve("logs"));
        }
        return stack;
    }

    /** Its directory. */
    public Path dir() {
        return dir;
    }

    /** What {@code stack.json} says now. */
    public StackFile file() {
        return StackFile.read(dir);
    }

    private void remove() {
        if (!removed.compareAndSet(false, true)) {
            return;
        }
        launcher.run(List.of("down", "--dir", dir.toString()));
        try {
            Trees.delete(dir);
        } catch (IOException e) {
            System.err.println("shoal: " + dir + " was not deleted: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        remove();
        Runtime.getRuntime().removeShutdownHook(atExit);
    }
}
