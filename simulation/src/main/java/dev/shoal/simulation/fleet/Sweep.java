package dev.shoal.simulation.fleet;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One scenario, several values of one key. */
final class Sweep {
    private Sweep() {}

    /** The settings of each run by its name, of {@code key=a,b,c}. Throws IllegalArgumentException if it is not that. */
    static Map<String, Map<String, String>> runs(String sweep, Map<String, String> base) {
        int equals = sweep.indexOf('=');
        if (equals < 1 || equals == sweep.length() - 1) {
            throw new IllegalArgumentException("not a sweep like piece=1MiB,4MiB: '" + sweep + "'");
        }
        String key = sweep.substring(0, equals);
        Map<String, Map<String, String>> runs = new LinkedHashMap<>();
        for (String value : sweep.substring(equals + 1).split(",", -1)) {
            Map<String, String> settings = new LinkedHashMap<>(base);
            settings.put(key, value);
            runs.put(key + "=" + value, settings);
        }
        return runs;
    }

    /** One line a run. */
    static String table(List<FleetResult> results) {
        StringBuilder out = new StringBuilder("%-24s %10s %10s %10s %8s %12s%n"
                .formatted("run", "p50", "p99", "makespan", "/bound", "origin copies"));
        for (FleetResult r : results) {
            double copies = r.bytes().getOrDefault("origins", 0.0)
                    / (r.scenario().size() * (double) r.scenario().regions());
            out.append(String.format(
                    Locale.ROOT,
                    "%-24s %10s %10s %10s %8.3f %12.2f%n",
                    r.name(),
                    Distribution.seconds(r.downloaded().p50()),
                    Distribution.seconds(r.downloaded().p99()),
                    Distribution.seconds(r.makespan()),
                    r.makespan() / r.bound(),
                    copies));
        }
        return out.toString();
    }
}
