package dev.shoal.simulation.chaos;

import java.time.Duration;

/**
 * How a running stack is struck.
 *
 * @param length while blows fall
 * @param seed of the blows; the same seed on the same kind of stack gives the same plan
 * @param every mean time between two blows
 * @param patience after the last blow, for everything to end and heal
 */
public record ChaosOptions(Duration length, long seed, Duration every, Duration patience) {
    public ChaosOptions {
        if (length.isZero() || length.isNegative()) {
            throw new IllegalArgumentException("--minutes must be positive, got " + length);
        }
    }
}
