package dev.shoal.agent.region.origin;

import dev.shoal.model.Digest;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** When an artifact that could not be seeded is tried again: each failure doubles the pause. Not thread-safe. */
final class Attempts {
    static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private record Failure(int count, Instant next) {}

    private final Map<Digest, Failure> failures = new HashMap<>();

    void failed(Digest digest, Instant now) {
        Failure before = failures.get(digest);
        int count = before == null ? 0 : before.count() + 1;
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(count, 10));
        failures.put(digest, new Failure(count, now.plus(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE)));
    }

    void forget(Digest digest) {
        failures.remove(digest);
    }

    boolean isDue(Digest digest, Instant now) {
        Failure failure = failures.get(digest);
        return failure == null || !now.isBefore(failure.next());
    }
}
