package dev.shoal.dev;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

    @Override
    public Integer call() throws IOException, InterruptedException {
        Layout layout = layout();
        if (StackView.isRunning(layout)) {
            System.out.println("a stack is running in " + layout.dir() + " already (./shoal status)");
            return 0;
        }
        int leftovers = Sweep.kill(layout.marker());
        if (leftovers > 0) {
            System.out.println("ended " + leftovers + " processes that an earlier stack had left behind");
        }
        StackOptions options = options(layout);
        Tools tools = Tools.ofEnvironment(home(), System.out);
        Programs programs = Programs.of(home(), tools);
        Files.createDirectories(layout.dir());
        Files.deleteIfExists(layout.stackJson());
        Secrets.ensure(layout);
        Ports ports = Ports.load(layout.data("ports.json"), configuredPorts);
        List<ProcessSpec> specs = Plan.make(layout, options, ports, programs);
        new ObjectMapper().writeValue(layout.options().toFile(), options);
        System.out.println("starting " + specs.size() + " processes in " + layout.dir());
        Process guard = Guard.start(layout, programs);
        return awaitHealthy(layout, guard, specs.size());
    }

    private StackOptions options(Layout layout) throws IOException {
        StackOptions kept = Files.exists(layout.options())
                ? new ObjectMapper().readValue(layout.options().toFile(), StackOptions.class)
                : new StackOptions(3, 4, 2, 2, false);
        return new StackOptions(
                Optional.ofNullable(regions).orElse(kept.regions()),
                Optional.ofNullable(machines).orElse(kept.machines()),
                Optional.ofNullable(buildHosts).orElse(kept.buildHosts()),
                Optional.ofNullable(slots).orElse(kept.slots()),
                processPerMachine || kept.processPerMachine());
    }

    private static int awaitHealthy(Layout layout, Process guard, int total) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Set<String> shown = new HashSet<>();
        while (System.nanoTime() - start < LONGEST_START.toNanos()) {
            if (!guard.isAlive()) {
                System.err.println("shoal: the supervisor ended, see " + layout.log("supervisor"));
                return 1;
            }
            Optional<StackView> view = StackView.read(layout);
            if (view.isPresent()) {
                show(view.get(), shown, total, start);
                if (view.get().allHealthy()) {
                    done(view.get(), start);
                    return 0;
                }
            }
            Thread.sleep(POLL);
        }
        System.err.println("shoal: not everything became healthy within " + LONGEST_START.toMinutes() + " minutes:");
        StackView.read(layout).ifPresent(StatusCommand::print);
        System.err.println(
                "logs are in " + layout.dir().resolve("logs") + "; stop it with ./shoal down --dir " + layout.dir());
        return 1;
    }

    private static void show(StackView view, Set<String> shown, int total, long start) {
        List<String> fresh = new ArrayList<>();
        view.processes().stream()
                .filter(p -> p.healthy() && shown.add(p.name()))
                .forEach(p -> fresh.add(p.name()));
        if (!fresh.isEmpty()) {
            System.out.printf("  %5.1fs  %2d/%d  %s%n", seconds(start), shown.size(), total, String.join(" ", fresh));
        }
    }

    private static void done(StackView view, long start) {
        System.out.printf("up after %.1f s%n", seconds(start));
        System.out.println("  dashboard and API  " + view.api());
        System.out.println("  Temporal Web UI    " + view.temporalUi());
        System.out.println("  admin token        " + view.adminTokenFile());
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    /** Starts the guard, which starts the supervisor. */
    private static final class Guard {
        private static final String SCRIPT = """
                "$@" &
                supervisor=$!
                trap 'kill -TERM $supervisor 2> /dev/null' TERM INT HUP
                while kill -0 $supervisor 2> /dev/null; do wait $supervisor; done
                # Killed or not: nothing that carries the stack's mark survives its supervisor.
                for round in 1 2 3 4 5; do
                    for environ in /proc/[0-9]*/environ; do
                        if { tr '\\0' '\\n' < "$environ"; } 2> /dev/null | grep -qxF "$SHOAL_GUARDED"; then
                            pid=${environ#/proc/}
                            kill -KILL "${pid%/environ}" 2> /dev/null
                        fi
                    done
                done
                """;

        static Process start(Layout layout, Programs programs) throws IOException {
            List<String> command = new ArrayList<>(List.of("setsid", "bash", "-c", SCRIPT, "shoal-guard"));
            command.addAll(
                    programs.self(List.of("supervise", "--dir", layout.dir().toString()), 96));
            Path log = layout.log("supervisor");
            Files.createDirectories(log.getParent());
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(layout.dir().toFile())
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            // Another name than the mark's own, or the guard would kill itself.
            builder.environment().put("SHOAL_GUARDED", layout.marker());
            builder.environment().remove(Sweep.VARIABLE);
            return builder.start();
        }
    }
}
