package dev.shoal.simulation.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs {@code ./shoal} as a person would. The launcher says in {@code SHOAL_HOME} where it lies. */
public final class Launcher {
    private static final Duration LONGEST = Duration.ofMinutes(15);

    private final Path home;

    public Launcher(Path home) {
        this.home = home;
    }

    /** The launcher that started this process, else the nearest directory upwards that has one. */
    public static Launcher find() {
        String home = System.getenv("SHOAL_HOME");
        if (home != null) {
            return new Launcher(Path.of(home));
        }
        for (Path dir = Path.of("").toAbsolutePath(); dir != null; dir = dir.getParent()) {
            if (dir.resolve("shoal").toFile().canExecute()
                    && dir.resolve("pom.xml").toFile().exists()) {
                return new Launcher(dir);
            }
        }
        throw new IllegalStateException("cannot find ./shoal: set SHOAL_HOME to the directory it lies in");
    }

    /** The top of the checkout. */
    public Path home() {
        return home;
    }

    /** Runs it with inherited output and returns its exit code. */
    public int run(List<String> words) {
        List<String> command = new ArrayList<>();
        command.add(home.resolve("shoal").toString());
        command.addAll(words);
        try {
            Process process = new ProcessBuilder(command)
                    .directory(home.toFile())
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            if (!process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
                process.destroy();
                throw new IllegalStateException(command + " did not end within " + LONGEST);
            }
            return process.exitValue();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + command, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running " + command, e);
        }
    }
}
