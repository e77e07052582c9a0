package dev.shoal.simulation.bench;

import java.util.List;
import java.util.concurrent.TimeUnit;

/** Figures over measured durations. */
public final class Latencies {
    private Latencies() {}

    /**
     * The nearest-rank quantile in milliseconds.
     *
     * @param nanos ascending
     * @param share from 0 to 1; 1 is the longest
     * @return NaN of none
     */
    public static double millis(List<Long> nanos, double share) {
        if (nanos.isEmpty()) {
            return Double.NaN;
        }
        int index = Math.max(0, (int) Math.ceil(share * nanos.size()) - 1);
        return nanos.get(index) / (double) TimeUnit.MILLISECONDS.toNanos(1);
    }
}
