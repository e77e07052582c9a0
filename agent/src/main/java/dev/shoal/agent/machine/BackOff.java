package dev.shoal.agent.machine;

import java.time.Duration;

/** How long to wait before the next attempt. Pure. */
final class BackOff {
    private static final long FIRST_MILLIS = 250;
    private static final long LONGEST_MILLIS = 30_000;
    private static final int MOST_DOUBLINGS = 10;

    private BackOff() {}

    /**
     * Doubles with every failure from 250 ms to 30 s, minus a random half, so that machines do not come back all at once.
     *
     * @param failures in a row, at least 1
     * @param random in 0..1
     */
    static Duration after(int failures, double random) {
        long full = Math.min(LONGEST_MILLIS, FIRST_MILLIS << Math.min(MOST_DOUBLINGS, failures - 1));
        return Duration.ofMillis(full - (long) (full / 2.0 * random));
    }
}
