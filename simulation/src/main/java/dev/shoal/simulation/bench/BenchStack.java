package dev.shoal.simulation.bench;

import dev.shoal.simulation.stack.Launcher;
import dev.shoal.simulation.stack.StackFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A stack of a benchmark's own, in a temporary directory. It is taken down and its directory deleted when this process ends.
 *
 * @param dir its directory
 * @param file what {@code ./shoal up} wrote of it
 */
public record BenchStack(Path dir, StackFile file) {

    /** Starts one as {@code ./shoal up} with these options does. @throws IOException if it does not start */
    public static BenchStack up(String... options) throws IOException {
        Launcher launcher = Launcher.find();
        Path dir = Files.createTempDirectory("shoal-bench-");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(launcher, dir), "bench-cleanup"));
        List<String> words = new ArrayList<>(List.of("up", "--dir", dir.toString()));
        words.addAll(List.of(options));
        if (launcher.run(words) != 0) {
            throw new IOException("the stack did not start, see " + dir.resolve("logs"));
        }
        return new BenchStack(dir, StackFile.read(dir));
    }

    private static void remove(Launcher launcher, Path dir) {
        launcher.run(List.of("down", "--dir", dir.toString()));
        try {
            Trees.delete(dir);
        } catch (IOException e) {
            System.err.println("shoal: " + dir + " was not deleted: " + e.getMessage());
        }
    }
}
