package dev.shoal.simulation.load;

import dev.shoal.model.AppName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The source of a program that builds in milliseconds, and whose every build has other bytes. */
final class TinyProgram {
    private static final int KIB = 64;

    private TinyProgram() {}

    /** Writes it and returns the directory. */
    static Path write(Path parent, AppName app) {
        Path dir = parent.resolve(app.value());
        try {
            Files.createDirectories(dir);
            Files.writeString(dir.resolve("shoal.yaml"), """
                    app: %s
                    build:
                      command: echo "building $SHOAL_APP job $SHOAL_JOB_ID" && head -c %dK /dev/urandom > program
                      artifact: program
                      time_limit: 1m
                    """.formatted(app, KIB));
            return dir;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the source of " + app + " to " + dir, e);
        }
    }
}
