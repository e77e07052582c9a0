package dev.shoal.simulation.demo;

import dev.shoal.model.json.Json;
import dev.shoal.simulation.stack.Launcher;
import dev.shoal.simulation.stack.StackFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./shoal demo}. Exits 0 only if every machine ran every release. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "Starts a stack, ships two versions of the example service to every machine and rolls back.")
public final class DemoCommand implements Callable<Integer> {
    @Option(names = "--keep", description = "leave the stack running")
    private boolean keep;

    @Option(names = "--json", paramLabel = "FILE", description = "write the outcome as JSON")
    private @Nullable Path json;

    @Option(names = "--dir", description = "a fresh directory for the stack (default: a new one under .shoal-demo)")
    private @Nullable Path dir;

    @Option(names = "--regions", description = "how many regions (default ${DEFAULT-VALUE})")
    private int regions = 3;

    @Option(names = "--machines", description = "machines a region (default ${DEFAULT-VALUE})")
    private int machines = 4;

    private final AtomicBoolean stopped = new AtomicBoolean();

    @Override
    public Integer call() throws IOException {
        Launcher launcher = Launcher.find();
        Path stackDir = freshDirectory(launcher);
        Thread interrupted = new Thread(() -> stop(launcher, stackDir), "demo-cleanup");
        Runtime.getRuntime().addShutdownHook(interrupted);
        Screen screen = new Screen(System.out);
        try {
            run(launcher, stackDir, screen);
            if (keep) {
                stopped.set(true);
                System.out.println("The stack goes on running. Stop it with: ./shoal down --dir " + stackDir);
            }
            return 0;
        } catch (DemoFailure e) {
            System.err.println("demo failed at: " + e.stage());
            System.err.println(e.getMessage());
            System.err.println("logs are kept in " + stackDir.resolve("logs"));
            return 1;
        } finally {
            stop(launcher, stackDir);
        }
    }

    private void run(Launcher launcher, Path stackDir, Screen screen) throws IOException {
        screen.title("Starting a stack in " + stackDir);
        int up = launcher.run(List.of(
                "up",
                "--dir",
                stackDir.toString(),
                "--regions",
                Integer.toString(regions),
                "--machines",
                Integer.toString(machines)));
        if (up != 0) {
            throw new DemoFailure("starting the stack", "./shoal up ended with exit code " + up);
        }
        StackFile stack = StackFile.read(stackDir);
        ExampleRepository repository =
                ExampleRepository.create(launcher.home(), stackDir.resolve("example-repository"));
        DemoReport report = new Demo(stack, repository, screen).run();
        summary(stack, report, screen);
        if (json != null) {
            Files.write(json, Json.bytes(report));
        }
    }

    private static void summary(StackFile stack, DemoReport report, Screen screen) {
        screen.title("Summary");
        System.out.printf("  %-12s %5s %10s %16s %16s%n", "build", "seq", "machines", "flip→first", "flip→last");
        report.releases()
                .forEach(r -> System.out.printf(
                        Locale.ROOT,
                        "  %-12s %5d %7d/%-2d %13.1f s %13.1f s%n",
                        r.build(),
                        r.seq(),
                        r.machinesOk(),
                        report.machines(),
                        r.flipToFirstMs() / 1000.0,
                        r.flipToLastMs() / 1000.0));
        System.out.printf(Locale.ROOT, "  in all %.1f s%n", report.wallSeconds());
        System.out.println("  dashboard " + stack.api() + "   Temporal " + stack.temporalUi());
    }

    private Path freshDirectory(Launcher launcher) throws IOException {
        if (dir != null) {
            Path absolute = dir.toAbsolutePath().normalize();
            if (Files.exists(absolute.resolve("stack.json"))) {
                throw new IllegalArgumentException("--dir must be fresh, but there is a stack in " + absolute);
            }
            return Files.createDirectories(absolute);
        }
        Path parent = Files.createDirectories(launcher.home().resolve(".shoal"));
        return Files.createTempDirectory(parent, "demo-");
    }

    private void stop(Launcher launcher, Path stackDir) {
        if (stopped.compareAndSet(false, true)) {
            launcher.run(List.of("down", "--dir", stackDir.toString()));
        }
    }
}
