package dev.shoal.activities.control;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs a call that only reads, while the caller goes on sending heartbeats: so Temporal notices within seconds that a process died
 * with it, and a cancel does not wait for a store that gives no answer. The activity's start-to-close time-out bounds a call that
 * hangs. Thread-safe.
 */
final class Beating {
    private static final Duration PACE = Duration.ofSeconds(1);

    private Beating() {}

    /**
     * Returns what the call returns and throws what it throws.
     *
     * @param beat called about every second; if it throws, the call is interrupted and that is thrown
     */
    static <T> T during(Callable<T> call, Runnable beat) {
        FutureTask<T> task = new FutureTask<>(call);
        Thread.ofVirtual().name("beating").start(task);
        try {
            while (true) {
                beat.run();
                try {
                    return task.get(PACE.toMillis(), TimeUnit.MILLISECONDS);
                } catch (TimeoutException goesOn) {
                    // One more beat.
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException own) {
                throw own;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } finally {
            task.cancel(true);
        }
    }
}
