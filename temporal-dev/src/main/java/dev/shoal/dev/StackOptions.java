package dev.shoal.dev;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What kind of stack to run. Kept in its directory, so that the next {@code up} runs the same.
 *
 * @param watchers how many connections a region's Consul takes from this machine
 * @param retention what differs from the monitor's defaults, as its configuration spells it
 */
record StackOptions(
        int regions,
        int machines,
        int buildHosts,
        int slots,
        int releaseHosts,
        boolean processPerMachine,
        int watchers,
        @Nullable Map<String, String> retention) {
    static final int DEFAULT_WATCHERS = 3_000;
    private static final List<String> NAMES = List.of("eu", "us", "ap", "sa", "af", "me", "ca", "au", "in", "jp");

    private static final Set<String> COUNTS = Set.of("keep_builds", "rollback_window");
    private static final Set<String> TIMES = Set.of("build_age", "job_age", "log_age", "grace", "interval");
    private static final Pattern COUNT = Pattern.compile("[1-9][0-9]{0,5}");
    private static final Pattern TIME = Pattern.compile("[0-9]{1,6}[smhd]");

    StackOptions {
        // Kept by a version that had no such option.
        watchers = watchers == 0 ? DEFAULT_WATCHERS : watchers;
        retention = retention == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(retention));
        retention.forEach(StackOptions::requireRetention);
        require("--watchers", watchers, 200, 1_000_000);
        require("--regions", regions, 1, NAMES.size());
        require("--machines", machines, 0, 200);
        require("--build-hosts", buildHosts, 1, 20);
        require("--slots", slots, 1, 64);
        require("--release-hosts", releaseHosts, 1, 5);
    }

    /** The regions' names; the first is the home region. */
    List<String> regionNames() {
        return NAMES.subList(0, regions);
    }

    /** The monitor's section {@code retention}: by default nothing of the last day is deleted. */
    Map<String, Object> retentionConfig() {
        Map<String, Object> config = new TreeMap<>(Map.of("interval", "10m"));
        if (retention != null) {
            retention.forEach((key, value) -> config.put(key, COUNTS.contains(key) ? Integer.valueOf(value) : value));
        }
        return config;
    }

    private static void requireRetention(String key, String value) {
        if (!COUNTS.contains(key) && !TIMES.contains(key)) {
            throw new IllegalArgumentException(
                    "--retention has no '" + key + "', only " + new TreeSet<>(COUNTS) + " and " + new TreeSet<>(TIMES));
        }
        if (!(COUNTS.contains(key) ? COUNT : TIME).matcher(value).matches()) {
            throw new IllegalArgumentException("--retention " + key + " must be "
                    + (COUNTS.contains(key) ? "a number from 1 on" : "a time like 30s, 10m, 1h, 90d") + ", got '"
                    + value
                    + "'");
        }
    }

    private static void require(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(option + " must be within " + least + ".." + most + ", got " + value);
        }
    }
}
