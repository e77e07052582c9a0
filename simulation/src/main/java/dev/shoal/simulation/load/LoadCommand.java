package dev.shoal.simulation.load;

import dev.shoal.model.json.Json;
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

    @Option(names = "--rate", description = "builds a second (default ${DEFAULT-VALUE})")
    private double rate = 5;

    @Option(names = "--apps", description = "spread over so many apps (default ${DEFAULT-VALUE})")
    private int apps = 5;

    @Option(
            names = "--release-every",
            description = "release each so-manieth build; 0 for none (default ${DEFAULT-VALUE})")
    private int releaseEvery = 10;

    @Option(names = "--deadline", description = "seconds for all builds to end (default ${DEFAULT-VALUE})")
    private int deadlineSeconds = 600;

    @Option(names = "--json", paramLabel = "FILE", description = "write the report as JSON")
    private @Nullable Path json;

    @Option(names = "--dir", description = "the stack's directory (default: $SHOAL_DIR, else .shoal)")
    private Path dir = Path.of(System.getenv().getOrDefault("SHOAL_DIR", ".shoal"));

    @Override
    public Integer call() throws IOException {
        StackFile stack = StackFile.read(dir.toAbsolutePath());
        LoadOptions options = new LoadOptions(
                builds, rate, Math.min(apps, builds), releaseEvery, Duration.ofSeconds(deadlineSeconds));
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
}
