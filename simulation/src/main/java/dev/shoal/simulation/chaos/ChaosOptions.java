package dev.shoal.simulation.chaos;

import java.time.Duration;

/**
 * How a chaos run is driven.
 *
 * @param length while jobs are submitted and blows fall
 * @param seed of the blows; the same seed on the same kind of stack gives the same plan
 * @param every mean time between two blows
 * @param rate jobs a second
 * @param apps over how many apps they are spread
 * @param releaseEvery each so-manieth job is released; 0 for none
 * @param cancelEvery each so-manieth job is cancelled within seconds of its submission; 0 for none
 * @param patience after the last blow, for everything to end and heal
 */
public record ChaosOptions(
        Duration length,
        long seed,
        Duration every,
        double rate,
        int apps,
        int releaseEvery,
        int cancelEvery,
        Duration patience) {
    public ChaosOptions {
        if (length.isZero() || length.isNegative()) {
            throw new IllegalArgumentException("--minutes must be positive, got " + length);
        }
        if (!(rate > 0) || rate > 100) {
            throw new IllegalArgumentException("--rate must be within 0..100 a second, got " + rate);
        }
        if (apps < 1 || apps > 1000) {
            throw new IllegalArgumentException("--apps must be within 1..1000, got " + apps);
        }
    }

    /** How many jobs are submitted in all. */
    int builds() {
        return (int) Math.max(1, Math.ceil(length.toMillis() / 1000.0 * rate));
    }
}
