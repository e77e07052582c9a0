package dev.shoal.activities.blobs;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A region's S3 that has stopped answering: a circuit breaker's open state, pure. One caller at a time may look whether it is
 * back, the longer it is away the more rarely; the others are told at once and wait for nothing.
 *
 * @param since the first failure
 * @param failures in a row
 * @param nextTrial from then on one caller may try
 * @param reason of the last failure
 */
record Outage(Instant since, int failures, Instant nextTrial, String reason) {
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final int MOST_DOUBLINGS = 5;

    /** After one more failure. */
    static Outage after(Optional<Outage> before, Instant now, String reason) {
        int failures = before.map(Outage::failures).orElse(0) + 1;
        return new Outage(before.map(Outage::since).orElse(now), failures, now.plus(pause(failures)), reason);
    }

    /** The same, with the next trial given away: whoever has it reports, or it is free again after a pause. */
    Outage trying(Instant now) {
        return new Outage(since, failures, now.plus(pause(failures)), reason);
    }

    boolean mayTry(Instant now) {
        return !now.isBefore(nextTrial);
    }

    private static Duration pause(int failures) {
        Duration doubled = SHORTEST.multipliedBy(1L << Math.min(failures - 1, MOST_DOUBLINGS));
        return doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
    }
}
