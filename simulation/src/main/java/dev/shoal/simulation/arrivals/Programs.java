package dev.shoal.simulation.arrivals;

import dev.shoal.model.AppName;
import dev.shoal.model.job.JobSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The sources of the programs that are built under load. Each build of one has other bytes. */
public final class Programs {
    private static final String QUICK = "head -c 64K /dev/urandom > program";

    private final List<AppName> apps;
    private final Path directory;

    private Programs(List<AppName> apps, Path directory) {
        this.apps = apps;
        this.directory = directory;
    }

    /** Programs that build in milliseconds and say first when they began, in ms since 1970. */
    public static Programs tiny(Path directory, int apps) {
        List<AppName> names = names("load-", apps);
        names.forEach(
                app -> write(directory, app, "echo \"" + StartStamp.WORD + " $(date +%s%3N) $SHOAL_APP\" && " + QUICK));
        return new Programs(names, directory);
    }

    /** Every third app is quick, every third takes seconds, every third has some MiB to upload. */
    public static Programs mixed(Path directory, int apps) {
        List<AppName> names = names("chaos-", apps);
        for (int app = 0; app < apps; app++) {
            String command = switch (app % 3) {
                case 0 -> QUICK;
                case 1 -> "for i in 1 2 3 4 5 6 7 8; do echo line $i; sleep 1; done; " + QUICK;
                default -> "head -c 24M /dev/urandom > program";
            };
            write(directory, names.get(app), "echo \"" + StartStamp.WORD + " $(date +%s%3N)\"; " + command);
        }
        return new Programs(names, directory);
    }

    private static List<AppName> names(String prefix, int apps) {
        List<AppName> names = new ArrayList<>();
        for (int app = 0; app < apps; app++) {
            names.add(new AppName(prefix + app));
        }
        return List.copyOf(names);
    }

    private static void write(Path parent, AppName app, String command) {
        Path dir = parent.resolve(app.value());
        try {
            Files.createDirectories(dir);
            Files.writeString(dir.resolve("shoal.yaml"), """
                    app: %s
                    build:
                      command: |
                        %s
                      artifact: program
                      time_limit: 5m
                    """.formatted(app, command));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the source of " + app + " to " + dir, e);
        }
    }

    /** The app of the i-th job. */
    public AppName app(int i) {
        return apps.get(i % apps.size());
    }

    /** All of them. */
    public List<AppName> apps() {
        return apps;
    }

    /** The source of the i-th job. */
    JobSource source(int i) {
        return new JobSource.Directory(directory.resolve(app(i).value()).toString());
    }
}
