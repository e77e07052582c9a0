package dev.shoal.simulation.load;

import dev.shoal.model.Durations;
import dev.shoal.model.json.Json;
import dev.shoal.simulation.arrivals.Arrival;
import dev.shoal.simulation.arrivals.Profile;
import dev.shoal.simulation.arrivals.Programs;
import dev.shoal.simulation.arrivals.Submissions;
import dev.shoal.simulation.chaos.ChaosOptions;
import dev.shoal.simulation.stack.ShoalClient;
import dev.shoal.simulation.stack.StackFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./shoal load}. Exits 1 unless every job is accounted for and every objective met. */
@Command(
        name = "load",
        mixinStandardHelpOptions = true,
        description = "Drives the running stack with builds of tiny programs and prints latency percentiles per stage.")
public final class LoadCommand implements Callable<Integer> {
    @Option(
            names = "--profile",
            description = "steady, burst, or day: 5,000 builds and 2,000 deploys (default ${DEFAULT-VALUE})")
    private Profile profile = Profile.STEADY;

    @Option(names = "--builds", description = "steady: how many builds, instead of --minutes (default 50)")
    private @Nullable Integer builds;

    @Option(names = "--rate", description = "builds a second in the mean (default 5, in bursts 2, with --chaos 0.5)")
    private @Nullable Double rate;

    @Option(
            names = "--minutes",
            description = "for how long builds arrive (default: burst 2, with --chaos 10, day the whole)")
    private @Nullable Double minutes;

    @Option(
            names = "--warm-up",
            paramLabel = "TIME",
            description =
                    "first such a time of steady builds at the same rate, accounted for and not measured: a JVM is slow until it has compiled what is hot")
    private @Nullable String warmUp;

    @Option(names = "--compress", description = "day: passes so many times as fast (default ${DEFAULT-VALUE})")
    private double compress = 50;

    @Option(names = "--apps", description = "spread over so many apps (default ${DEFAULT-VALUE})")
    private int apps = 5;

    @Option(
            names = "--release-every",
            description = "release each so-manieth build; 0 for none; a day has its own (default ${DEFAULT-VALUE})")
    private int releaseEvery = 10;

    @Option(names = "--deadline", description = "seconds for all builds to end (default ${DEFAULT-VALUE})")
    private int deadlineSeconds = 600;

    @Option(
            names = "--slo",
            paramLabel = "NAME=LIMIT",
            description =
                    "an objective, like submit_to_running_p99=500ms, queue_age_drift=2s, throughput=3/s; replaces the default ones")
    private List<String> objectives = List.of();

    @Option(
            names = "--chaos",
            description = "meanwhile kill and freeze random processes of the stack, then audit every promise")
    private boolean chaos;

    @Option(names = "--seed", description = "with --chaos: of what is hit when (default: random)")
    private @Nullable Long seed;

    @Option(names = "--every", description = "with --chaos: seconds between two blows (default ${DEFAULT-VALUE})")
    private double everySeconds = 10;

    @Option(
            names = "--cancel-every",
            description = "with --chaos: cancel each so-manieth build; 0 for none (default ${DEFAULT-VALUE})")
    private int cancelEvery = 7;

    @Option(names = "--json", paramLabel = "FILE", description = "write the report as JSON")
    private @Nullable Path json;

    @Option(names = "--html", paramLabel = "FILE", description = "write the report as a page")
    private @Nullable Path html;

    @Option(names = "--dir", description = "the stack's directory (default: $SHOAL_DIR, else .shoal)")
    private Path dir = Path.of(System.getenv().getOrDefault("SHOAL_DIR", ".shoal"));

    @Override
    public Integer call() throws IOException {
        LoadOptions options = new LoadOptions(
                profile,
                Optional.ofNullable(builds),
                Optional.ofNullable(rate),
                Optional.ofNullable(minutes).map(m -> millis(m * 60)),
                compress,
                releaseEvery,
                chaos);
        List<Objective> asked = asked();
        List<Arrival> plan = options.plan();
        Optional<List<Arrival>> first = Optional.ofNullable(warmUp).map(w -> options.warmUp(Durations.parse(w)));
        int spread = Math.max(1, Math.min(apps, plan.size()));
        StackFile stack = StackFile.read(dir.toAbsolutePath());
        Path home = dir.toRealPath();
        Path sources = Files.createTempDirectory(home, chaos ? "chaos-" : "load-");
        Programs programs = chaos ? Programs.mixed(sources, spread) : Programs.tiny(sources, spread);
        ShoalClient client = new ShoalClient(stack.api(), stack.adminToken());
        String name = profile.name().toLowerCase(Locale.ROOT);
        if (first.isPresent()) {
            LoadReport cold = load(home, client, first.get(), programs, 0).run("warm-up", Optional.empty(), List.of());
            System.out.println(LoadText.headline(cold));
            if (!cold.isAccounted()) {
                return 1;
            }
        }
        LoadReport report =
                load(home, client, plan, programs, chaos ? cancelEvery : 0).run(name, blows(plan), asked);
        System.out.print(report.text());
        if (json != null) {
            Files.write(json, Json.bytes(report));
        }
        if (html != null) {
            Files.writeString(html, LoadPage.of(report));
        }
        return report.isClean() ? 0 : 1;
    }

    private Load load(Path home, ShoalClient client, List<Arrival> plan, Programs programs, int cancels) {
        Submissions submissions = new Submissions(client, plan, programs, cancels);
        return new Load(home, client, submissions, plan, Duration.ofSeconds(deadlineSeconds), System.err);
    }

    /** Under chaos nothing is promised about times unless it is asked for. */
    private List<Objective> asked() {
        if (!objectives.isEmpty()) {
            return objectives.stream().map(Objective::parse).toList();
        }
        return chaos ? List.of() : Objective.DEFAULTS;
    }

    private Optional<ChaosOptions> blows(List<Arrival> plan) {
        return chaos
                ? Optional.of(new ChaosOptions(
                        plan.getLast().at().plusSeconds(1),
                        seed == null ? System.nanoTime() : seed,
                        millis(everySeconds),
                        Duration.ofSeconds(deadlineSeconds)))
                : Optional.empty();
    }

    private static Duration millis(double seconds) {
        return Duration.ofMillis((long) (seconds * 1000));
    }
}
