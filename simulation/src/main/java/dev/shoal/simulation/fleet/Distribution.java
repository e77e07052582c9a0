package dev.shoal.simulation.fleet;

import java.util.Arrays;
import java.util.Locale;

/** Seconds since the flip; {@code never} counts those that it did not happen to. */
public record Distribution(int count, int never, double p50, double p90, double p99, double p999, double max) {
    /** Of times of which NaN means never. */
    static Distribution of(double[] times) {
        double[] sorted =
                Arrays.stream(times).filter(t -> !Double.isNaN(t)).sorted().toArray();
        return new Distribution(
                sorted.length,
                times.length - sorted.length,
                at(sorted, 0.5),
                at(sorted, 0.9),
                at(sorted, 0.99),
                at(sorted, 0.999),
                at(sorted, 1));
    }

    private static double at(double[] sorted, double quantile) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.max(0, Math.ceil(quantile * sorted.length) - 1)];
    }

    /** {@code 83.1 s}, from ten minutes on {@code 12m05s}. */
    static String seconds(double seconds) {
        return seconds < 600
                ? String.format(Locale.ROOT, "%.1f s", seconds)
                : String.format(Locale.ROOT, "%dm%02ds", (int) seconds / 60, (int) seconds % 60);
    }
}
