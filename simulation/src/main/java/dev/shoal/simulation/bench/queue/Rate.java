package dev.shoal.simulation.bench.queue;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.concurrent.TimeUnit;

/**
 * What one measurement came to.
 *
 * @param perSecond jobs taken and finished
 * @param p50Micros of taking one, 0 where it was not measured
 * @param p99Micros likewise
 */
record Rate(
        @JsonProperty("per_second") double perSecond,
        @JsonProperty("p50_us") double p50Micros,
        @JsonProperty("p99_us") double p99Micros) {
    static Rate of(long[] sortedNanos, long elapsedNanos) {
        int n = sortedNanos.length;
        return new Rate(
                n * (double) TimeUnit.SECONDS.toNanos(1) / elapsedNanos,
                n == 0 ? 0 : sortedNanos[n / 2] / 1e3,
                n == 0 ? 0 : sortedNanos[(int) (n * 0.99)] / 1e3);
    }
}
