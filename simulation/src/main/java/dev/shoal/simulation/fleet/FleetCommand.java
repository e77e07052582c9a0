package dev.shoal.simulation.fleet;

import dev.shoal.model.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./shoal simulate fleet}: exits 0 when it has computed, whatever came out; 1 for a scenario that makes no sense. */
@Command(
        name = "fleet",
        mixinStandardHelpOptions = true,
        description = "A release to a whole fleet on a virtual clock. Same scenario and seed, same outcome.")
public final class FleetCommand implements Callable<Integer> {
    @Option(names = "--scenario", description = "a shipped one or a YAML file (default ${DEFAULT-VALUE})")
    private String scenario = "all-at-once";

    @Option(names = "--list", description = "name the shipped scenarios and end")
    private boolean list;

    @Option(names = "--machines")
    private @Nullable String machines;

    @Option(names = "--regions")
    private @Nullable String regions;

    @Option(names = "--size", description = "of the build, like 10GiB")
    private @Nullable String size;

    @Option(names = "--nic", description = "of a machine, like 1Gbit")
    private @Nullable String nic;

    @Option(names = "--seed")
    private @Nullable String seed;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "any key of a scenario")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(names = "--sweep", paramLabel = "KEY=A,B,C", description = "run once for each value")
    private @Nullable String sweep;

    @Option(names = "--json", paramLabel = "FILE", description = "write the results there")
    private @Nullable Path json;

    @Option(names = "--report", paramLabel = "FILE", description = "write an HTML page there")
    private @Nullable Path report;

    @Override
    public Integer call() throws IOException {
        if (list) {
            Scenarios.NAMES.forEach(n -> System.out.printf(
                    "%-22s %s%n", n, Scenarios.load(n, Map.of()).description()));
            return 0;
        }
        List<FleetResult> results = new ArrayList<>();
        for (Map.Entry<String, Map<String, String>> run : runs().entrySet()) {
            FleetResult result = FleetSimulation.run(run.getKey(), Scenarios.load(scenario, run.getValue()));
            System.out.print(TextReport.of(result));
            System.out.println(TextReport.speed(result));
            System.out.println();
            results.add(result);
        }
        if (results.size() > 1) {
            System.out.print(Sweep.table(results));
        }
        if (json != null) {
            Files.write(json, Json.bytes(results));
        }
        if (report != null) {
            Files.writeString(report, HtmlReport.of(results));
        }
        return 0;
    }

    private Map<String, Map<String, String>> runs() {
        Map<String, String> base = new LinkedHashMap<>(settings);
        put(base, "machines", machines);
        put(base, "regions", regions);
        put(base, "size", size);
        put(base, "nic", nic);
        put(base, "seed", seed);
        return sweep == null ? Map.of(scenario, base) : Sweep.runs(sweep, base);
    }

    private static void put(Map<String, String> settings, String key, @Nullable String value) {
        if (value != null) {
            settings.put(key, value);
        }
    }
}
