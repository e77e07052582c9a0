package dev.shoal.activities.sandbox;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Runs what cannot tell how far it is, while its caller goes on watching. */
final class Watched {
    private static final Duration TICK = Duration.ofMillis(100);

    private Watched() {}

    /** What {@code work} returns or throws. If the watch throws, the work is interrupted and has ended before that comes out. */
    static <T> T call(String name, Callable<T> work, Sandbox.Watch watch) throws IOException, InterruptedException {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = Thread.ofVirtual().name(name).start(task);
        try {
            while (true) {
                try {
                    return task.get(TICK.toMillis(), TimeUnit.MILLISECONDS);
                } catch (TimeoutException goesOn) {
                    watch.tick();
                }
            }
        } catch (ExecutionException e) {
            throw unwrapped(e.getCause());
        } finally {
            if (task.cancel(true)) {
                thread.join();
            }
        }
    }

    private static IOException unwrapped(@Nullable Throwable cause) throws InterruptedException {
        return switch (cause) {
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case InterruptedException e -> throw e;
            case IOException e -> e;
            case null, default -> new IOException(cause);
        };
    }
}
