package dev.shoal.simulation.load;

import java.time.Duration;

/**
 * How a load is driven.
 *
 * @param builds how many jobs are submitted
 * @param rate jobs a second, open loop: a slow answer does not slow the next submission
 * @param apps over how many apps they are spread
 * @param releaseEvery each so-manieth job is released; 0 for none
 * @param deadline after the last submission, for all jobs to end
 */
public record LoadOptions(int builds, double rate, int apps, int releaseEvery, Duration deadline) {
    public LoadOptions {
        if (builds < 1 || builds > 100_000) {
            throw new IllegalArgumentException("--builds must be within 1..100000, got " + builds);
        }
        if (!(rate > 0) || rate > 1000) {
            throw new IllegalArgumentException("--rate must be within 0..1000 a second, got " + rate);
        }
        if (apps < 1 || apps > builds) {
            throw new IllegalArgumentException("--apps must be within 1..builds, got " + apps);
        }
        if (releaseEvery < 0) {
            throw new IllegalArgumentException("--release-every must not be negative, got " + releaseEvery);
        }
    }
}
