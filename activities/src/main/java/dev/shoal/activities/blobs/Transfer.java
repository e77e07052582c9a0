package dev.shoal.activities.blobs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The steps of one transfer on a pool's threads. Confined to the thread that made it, which waits for them and reports progress
 * meanwhile. Closing it interrupts the steps that still run and waits until they have ended, so that nothing is written after.
 */
final class Transfer implements AutoCloseable {
    private static final long REPORT_MILLIS = 1000;

    private final Executor pool;
    private final UploadProgress progress;
    private final long total;
    private final List<Step<?>> steps = new ArrayList<>();
    private long moved;

    Transfer(Executor pool, UploadProgress progress, long total) {
        this.pool = pool;
        this.progress = progress;
        this.total = total;
    }

    /** Starts a step. */
    <T> Step<T> start(Callable<T> body) {
        steps.removeIf(Step::hasEnded);
        Step<T> step = new Step<>(body);
        steps.add(step);
        pool.execute(step);
        return step;
    }

    /** Waits for a step, and throws what it threw. */
    <T> T await(Step<T> step) {
        while (true) {
            try {
                return step.task.get(REPORT_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                report();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancellationException("interrupted while moving bytes");
            } catch (ExecutionException e) {
                throw rethrow(e);
            }
        }
    }

    /** Runs one step and waits for it. */
    <T> T run(Callable<T> body) {
        return await(start(body));
    }

    /** Runs one step that has no result and waits for it. */
    void perform(Runnable body) {
        var unused = run(() -> {
            body.run();
            return total;
        });
    }

    /** Notes that bytes were stored. */
    void moved(long bytes) {
        moved += bytes;
        report();
    }

    /** Tells the listener. @throws Stopped if the listener throws */
    void report() {
        try {
            progress.moved(moved, total);
        } catch (RuntimeException e) {
            throw new Stopped(e);
        }
    }

    @Override
    public void close() {
        steps.forEach(step -> step.task.cancel(true));
        boolean interrupted = false;
        for (Step<?> step : steps) {
            interrupted |= step.awaitEnd();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static RuntimeException rethrow(ExecutionException failure) {
        Throwable cause = failure.getCause();
        if (cause instanceof Error e) {
            throw e;
        } else if (cause instanceof RuntimeException e) {
            return e;
        } else if (cause instanceof IOException e) {
            return new UncheckedIOException(e);
        }
        return new IllegalStateException("a step of a transfer threw a checked exception", failure);
    }

    /** The listener wants no more; {@link #reason} is what it threw. */
    static final class Stopped extends RuntimeException {
        private final RuntimeException reason;

        Stopped(RuntimeException reason) {
            super("the transfer was stopped by its owner", reason);
            this.reason = reason;
        }

        RuntimeException reason() {
            return reason;
        }
    }

    /** One piece of work. A cancelled future says nothing about the thread in it, hence the latch. */
    static final class Step<T> implements Runnable {
        private final FutureTask<T> task;
        private final CountDownLatch ended = new CountDownLatch(1);

        private Step(Callable<T> body) {
            this.task = new FutureTask<>(body);
        }

        @Override
        public void run() {
            try {
                task.run();
            } finally {
                ended.countDown();
            }
        }

        private boolean hasEnded() {
            return ended.getCount() == 0;
        }

        /** Returns whether the wait was interrupted. */
        private boolean awaitEnd() {
            boolean interrupted = false;
            while (true) {
                try {
                    ended.await();
                    return interrupted;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
    }
}
