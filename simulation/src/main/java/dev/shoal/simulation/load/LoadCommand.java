package dev.shoal.simulation.load;

import dev.shoal.model.json.Json;
import dev.shoal.simulation.chaos.Chaos;
import dev.shoal.simulation.chaos.ChaosOptions;
import dev.shoal.simulation.chaos.ChaosReport;
import dev.shoal.simulation.stack.ShoalClient;
import dev.shoal.simulation.stack.StackFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./shoal load}. Exits 1 unless every build ended in success, once. */
@Command(
        name = "load",
        mixinStandardHelpOptions = true,
        description = "Drives the running stack with builds of tiny programs and prints latency percentiles per stage.")
public final class LoadCommand implements Callable<Integer> {
    @Option(names = "--builds", description = "how many builds (default ${DEFAULT-VALUE})")
    private int builds = 50;

    @Option(names = "--rate", description = "builds a second (default 5, with --chaos 0.5)")
    private @Nullable Double rate;

    @Option(names = "--apps", description = "spread over so many apps (default ${DEFAULT-VALUE})")
    private int apps = 5;

    @Option(
            names = "--release-every",
            description = "release each so-manieth build; 0 for none (default ${DEFAULT-VALUE})")
    private int releaseEvery = 10;

    @Option(names = "--deadline", description = "seconds for all builds to end (default ${DEFAULT-VALUE})")
    private int deadlineSeconds = 600;

    @Option(
            names = "--chaos",
            description = "meanwhile kill and freeze random processes of the stack, then audit every promise")
    private boolean chaos;

    @Option(names = "--minutes", description = "with --chaos: how long (default ${DEFAULT-VALUE})")
    private double minutes = 10;

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

    @Option(names = "--dir", description = "the stack's directory (default: $SHOAL_DIR, else .shoal)")
    private Path dir = Path.of(System.getenv().getOrDefault("SHOAL_DIR", ".shoal"));

    @Override
    public Integer call() throws IOException {
        StackFile stack = StackFile.read(dir.toAbsolutePath());
        if (chaos) {
            return chaos(dir.toRealPath());
        }
        LoadOptions options = new LoadOptions(
                builds,
                rate == null ? 5 : rate,
                Math.min(apps, builds),
                releaseEvery,
                Duration.ofSeconds(deadlineSeconds));
        ShoalClient client = new ShoalClient(stack.api(), stack.adminToken());
        Path sources = Files.createTempDirectory(dir.toAbsolutePath(), "load-");
        LoadReport report = new Load(client, options, System.err).run(sources);
        System.out.print(report.text());
        report.doubled().forEach(line -> System.out.println("DOUBLE: " + line));
        if (json != null) {
            Files.write(json, Json.bytes(report));
        }
        return report.isClean() ? 0 : 1;
    }

    private int chaos(Path stackDir) throws IOException {
        ChaosOptions options = new ChaosOptions(
                millis(minutes * 60),
                seed == null ? System.nanoTime() : seed,
                millis(everySeconds),
                rate == null ? 0.5 : rate,
                apps,
                releaseEvery,
                cancelEvery,
                Duration.ofSeconds(deadlineSeconds));
        Path sources = Files.createTempDirectory(stackDir, "chaos-");
        ChaosReport report = new Chaos(stackDir, options, System.err).run(sources);
        System.out.print(report.text());
        if (json != null) {
            Files.write(json, Json.bytes(report));
        }
        return report.isClean() ? 0 : 1;
    }

    private static Duration millis(double seconds) {
        return Duration.ofMillis((long) (seconds * 1000));
    }
}
