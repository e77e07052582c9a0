package dev.shoal.dev;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./shoal up}. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = "Starts a stack, or goes on with the one in --dir.")
final class UpCommand extends StackCommand implements Callable<Integer> {
    private static final Duration LONGEST_START = Duration.ofMinutes(4);
    private static final Duration POLL = Duration.ofMillis(200);

    @Option(names = "--regions", description = "how many regions (default 3)")
    private @Nullable Integer regions;

    @Option(names = "--machines", description = "machines a region (default 4)")
    private @Nullable Integer machines;

    @Option(names = "--build-hosts", description = "how many build hosts (default 2)")
    private @Nullable Integer buildHosts;

    @Option(names = "--slots", description = "builds at once on a host (default 2)")
    private @Nullable Integer slots;

    @Option(names = "--process-per-machine", description = "each machine is a process of its own")
    private boolean processPerMachine;

    @Option(
            names = "--port",
            paramLabel = "NAME=PORT",
            description = "a fixed port, for example api=8080 or temporal-ui=8233")
    private Map<String, Integer> configuredPorts = new TreeMap<>();

    @Option(names = "--release-hosts", description = "how many release hosts (default 1)")
    private @Nullable Integer releaseHosts;

    @Option(
            names = "--watchers",
            description =
                    "connections that each Consul takes from this machine (default 3000; below the limit of open files)")
    private @Nullable Integer watchers;

    @Option(
            names = "--retention",
            split = ",",
            paramLabel = "KEY=VALUE",
            description = "what the monitors keep, for example keep_builds=3,log_age=1h (see docs/operations.md)")
    private Map<String, String> retention = new TreeMap<>();

    @Option(names = "--foreground", description = "stay, and stop the stack with Ctrl-C")
    private boolean foreground;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Layout layout = layout();
        Files.createDirectories(layout.dir());
        try (FileChannel channel =
                        FileChannel.open(layout.upLock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                System.err.println("shoal: another ./shoal up is starting the stack in " + layout.dir());
                return 1;
            }
            if (StackView.isRunning(layout)) {
                System.out.println("a stack is running in " + layout.dir() + " already (./shoal status)");
                return 0;
            }
            return start(layout);
        }
    }

    private int start(Layout layout) throws IOException, InterruptedException {
        int leftovers = Sweep.kill(layout.marker());
        if (leftovers > 0) {
            System.out.println("ended " + leftovers + " processes that an earlier stack had left behind");
        }
        StackOptions options = options(layout);
        Programs programs = Programs.of(home(), Tools.ofEnvironment(home(), System.out));
        Files.deleteIfExists(layout.stackJson());
        Secrets.ensure(layout, options.regionNames());
        Ports ports = Ports.load(layout.data("ports.json"), configuredPorts);
        List<ProcessSpec> specs = Plan.make(layout, options, ports, programs);
        new ObjectMapper().writeValue(layout.options().toFile(), options);
        System.out.println("starting " + specs.size() + " processes in " + layout.dir());
        List<String> supervisor =
                programs.self(List.of("supervise", "--dir", layout.dir().toString()), 96);
        Process guard = Guard.start(layout, supervisor, foreground);
        int code = awaitHealthy(layout, guard, specs.size());
        return foreground && code == 0 ? stay(guard) : code;
    }

    private StackOptions options(Layout layout) throws IOException {
        StackOptions kept = Files.exists(layout.options())
                ? new ObjectMapper().readValue(layout.options().toFile(), StackOptions.class)
                : new StackOptions(3, 4, 2, 2, 1, false, StackOptions.DEFAULT_WATCHERS, Map.of());
        return new StackOptions(
                Optional.ofNullable(regions).orElse(kept.regions()),
                Optional.ofNullable(machines).orElse(kept.machines()),
                Optional.ofNullable(buildHosts).orElse(kept.buildHosts()),
                Optional.ofNullable(slots).orElse(kept.slots()),
                Optional.ofNullable(releaseHosts).orElse(kept.releaseHosts()),
                processPerMachine || kept.processPerMachine(),
                Optional.ofNullable(watchers).orElse(kept.watchers()),
                retention.isEmpty() ? kept.retention() : retention);
    }

    private static int awaitHealthy(Layout layout, Process guard, int total) throws IOException, InterruptedException {
        StartDisplay display = new StartDisplay(System.out, total);
        long deadline = System.nanoTime() + LONGEST_START.toNanos();
        while (System.nanoTime() < deadline) {
            if (!guard.isAlive()) {
                System.err.println("shoal: the supervisor ended, see " + layout.log("supervisor"));
                return 1;
            }
            Optional<StackView> view = StackView.read(layout);
            view.ifPresent(display::show);
            if (view.filter(StackView::allHealthy).isPresent()) {
                view.ifPresent(display::done);
                return 0;
            }
            Thread.sleep(POLL);
        }
        System.err.println("shoal: not everything became healthy within " + LONGEST_START.toMinutes() + " minutes:");
        StackView.read(layout).ifPresent(StatusCommand::print);
        System.err.println(
                "logs are in " + layout.dir().resolve("logs") + "; stop it with ./shoal down --dir " + layout.dir());
        return 1;
    }

    /** Stays until the stack ends; Ctrl-C ends it. */
    private static int stay(Process guard) throws InterruptedException {
        System.out.println("Ctrl-C stops it");
        Thread stop = new Thread(
                () -> {
                    guard.destroy();
                    guard.onExit().join();
                },
                "stop");
        Runtime.getRuntime().addShutdownHook(stop);
        return guard.waitFor();
    }
}
