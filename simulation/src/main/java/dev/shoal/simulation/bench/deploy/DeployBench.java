package dev.shoal.simulation.bench.deploy;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.shoal.model.Release;
import dev.shoal.model.job.Build;
import dev.shoal.model.json.Json;
import dev.shoal.simulation.bench.BenchStack;
import dev.shoal.simulation.stack.Signals;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code ./shoal bench deploy}: builds a large file and releases it to machine agents, one process each, while a random process of
 * the way (machine agent, region agent, Consul, S3) is killed every few seconds. All machines must end on the new version, with the
 * bytes that were built.
 */
@Command(
        name = "deploy",
        mixinStandardHelpOptions = true,
        description =
                "Releases a large build to machines while processes are killed; each machine's file is compared at the end.")
public final class DeployBench implements Callable<Integer> {
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    @Option(names = "--machines", description = "in each region (default ${DEFAULT-VALUE})")
    private int machines = 12;

    @Option(names = "--regions", description = "how many regions (default ${DEFAULT-VALUE})")
    private int regions = 2;

    @Option(
            names = "--size",
            description = "of the build; a machine needs twice that on disk (default ${DEFAULT-VALUE})")
    private String size = "1GiB";

    @Option(
            names = "--kill-every",
            description = "seconds from one kill to the next; 0: none (default ${DEFAULT-VALUE})")
    private double killEvery = 5;

    @Option(names = "--minutes", description = "after which it is given up (default ${DEFAULT-VALUE})")
    private double minutes = 30;

    @Option(names = "--seed", description = "of the choice of processes (default ${DEFAULT-VALUE})")
    private long seed = 1;

    @Option(names = "--json", paramLabel = "FILE", description = "write the figures as JSON")
    private @Nullable Path json;

    private final PrintStream progress = System.err;

    /**
     * What came of it.
     *
     * @param right machines that run the release and whose file has the build's SHA-256
     * @param kills by kind of process
     * @param flipToLastSeconds from the flip until the last machine reported that it runs the release
     */
    record Figures(
            int machines,
            long bytes,
            int right,
            Map<String, Integer> kills,
            @JsonProperty("flip_to_last_s") double flipToLastSeconds,
            List<String> wrong) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        Figures figures;
        try (BenchStack stack = BenchStack.up(
                "--regions",
                "" + regions,
                "--machines",
                "" + machines,
                "--build-hosts",
                "1",
                "--process-per-machine")) {
            figures = deploy(stack);
        }
        print(figures);
        if (json != null) {
            Files.write(json, Json.bytes(figures));
        }
        return figures.wrong.isEmpty() ? 0 : 1;
    }

    private Figures deploy(BenchStack stack) throws IOException, InterruptedException {
        Deployment deployment = new Deployment(stack, size);
        progress.println("building " + size + " …");
        Build build = deployment.build(deadline());
        Release release = deployment.release(build);
        progress.println("releasing " + build.name() + " to " + machines * regions + " machines …");
        Kills kills = new Kills(new Signals(stack.dir()), new Random(seed), progress);
        double seconds = awaitMachines(stack, deployment, release, kills);
        List<String> wrong = deployment.wrong(build, release);
        return new Figures(
                machines * regions,
                build.artifact().size(),
                machines * regions - wrong.size(),
                kills.fallen(),
                seconds,
                wrong);
    }

    private long deadline() {
        return System.nanoTime() + Duration.ofMillis((long) (minutes * 60_000)).toNanos();
    }

    /** Kills until every machine has reported the release, or time is up. Returns the seconds since the flip. */
    private double awaitMachines(BenchStack stack, Deployment deployment, Release release, Kills kills)
            throws IOException, InterruptedException {
        long end = deadline();
        long flip = deployment.awaitFlip(release, end);
        long every = (long) (killEvery * 1e9);
        long next = System.nanoTime() + every;
        int said = -1;
        while (System.nanoTime() < end) {
            int done = deployment.healthy(release);
            if (done != said) {
                progress.printf(Locale.ROOT, "%6.1f s: %d machines run it%n", (System.nanoTime() - flip) / 1e9, done);
                said = done;
            }
            if (done == machines * regions) {
                return (System.nanoTime() - flip) / 1e9;
            }
            if (every > 0 && System.nanoTime() >= next) {
                kills.one(stack.file());
                next += every;
            }
            LockSupport.parkNanos(LOOK_NANOS);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        return Double.NaN;
    }

    private static void print(Figures f) {
        System.out.printf(
                Locale.ROOT,
                "%d of %d machines run the build of %d bytes, each file compared; flip to last %.1f s; killed: %s%n",
                f.right,
                f.machines,
                f.bytes,
                f.flipToLastSeconds,
                f.kills);
        f.wrong.forEach(line -> System.out.println("  " + line));
    }
}
