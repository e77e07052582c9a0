package dev.shoal.simulation.load;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Collection;
import java.util.List;

/**
 * Nearest-rank percentiles of durations.
 *
 * @param count of samples; all figures are 0 when there are none
 */
public record Percentiles(
        int count,
        @JsonProperty("p50_ms") long p50,
        @JsonProperty("p90_ms") long p90,
        @JsonProperty("p99_ms") long p99,
        @JsonProperty("max_ms") long max) {

    /** Of samples in milliseconds. */
    public static Percentiles of(Collection<Long> millis) {
        List<Long> sorted = millis.stream().sorted().toList();
        return new Percentiles(sorted.size(), rank(sorted, 50), rank(sorted, 90), rank(sorted, 99), rank(sorted, 100));
    }

    private static long rank(List<Long> sorted, int percent) {
        if (sorted.isEmpty()) {
            return 0;
        }
        int rank = (int) Math.ceil(percent / 100.0 * sorted.size());
        return sorted.get(Math.max(1, rank) - 1);
    }
}
