package dev.shoal.activities.control;

import io.temporal.activity.Activity;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How often a watching activity looks: quickly at first, then slower, and how long it goes on before it returns, so that neither
 * the database nor the workflow's history is flooded.
 *
 * @param first rest
 * @param longest rest; each is half as long again as the one before
 * @param news after which a change is worth returning for
 * @param whole after which it returns in any case
 */
public record Pace(Duration first, Duration longest, Duration news, Duration whole) {
    /** What production uses. */
    public static final Pace DEFAULT =
            new Pace(Duration.ofMillis(500), Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMinutes(1));

    Walk start() {
        return new Walk(this, System::nanoTime);
    }

    /** One activity's progress along the pace. Owned by its thread. */
    static final class Walk {
        private final Pace pace;
        private final LongSupplier nanoTime;
        private final long started;
        private Duration rest;

        Walk(Pace pace, LongSupplier nanoTime) {
            this.pace = pace;
            this.nanoTime = nanoTime;
            this.started = nanoTime.getAsLong();
            this.rest = pace.first;
        }

        /** Whether to return now. */
        boolean isOver(boolean changed) {
            Duration elapsed = Duration.ofNanos(nanoTime.getAsLong() - started);
            return elapsed.compareTo(changed ? pace.news : pace.whole) >= 0;
        }

        /** Rests. */
        void rest() {
            try {
                Thread.sleep(rest);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw Activity.wrap(e);
            }
            Duration next = rest.plus(rest.dividedBy(2));
            rest = next.compareTo(pace.longest) > 0 ? pace.longest : next;
        }
    }
}
