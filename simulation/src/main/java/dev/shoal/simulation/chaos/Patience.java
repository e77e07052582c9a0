package dev.shoal.simulation.chaos;

import dev.shoal.simulation.stack.ShoalClient.ApiException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waits for what must come, through an API that may be away. */
final class Patience {
    private static final Duration POLL = Duration.ofMillis(500);

    private final Duration longest;

    Patience(Duration longest) {
        this.longest = longest;
    }

    /** Asks again until nothing is open any more; what still is when patience ends. */
    List<String> untilNone(Supplier<List<String>> open) {
        Instant deadline = Instant.now().plus(longest);
        while (true) {
            List<String> left = attempt(open);
            if (left.isEmpty() || Instant.now().isAfter(deadline)) {
                return left;
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private static List<String> attempt(Supplier<List<String>> open) {
        try {
            return open.get();
        } catch (ApiException | UncheckedIOException away) {
            return List.of("cannot be asked: " + away.getMessage());
        }
    }
}
