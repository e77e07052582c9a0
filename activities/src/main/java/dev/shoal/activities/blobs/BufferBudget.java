package dev.shoal.activities.blobs;

import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Bounds the part buffers of all transfers of a store, however many run at once: who finds no room waits its turn. Two copies of
 * 96 MiB each once ended a process of 192 MiB. Thread-safe; first come, first served.
 */
final class BufferBudget {
    private static final long UNIT = 1 << 20;
    private static final long WAIT_MILLIS = 1000;

    private final int units;
    private final Semaphore free;

    /** A budget of {@code bytes}, at least 1 MiB. */
    BufferBudget(long bytes) {
        this.units = Math.clamp(bytes / UNIT, 1, Integer.MAX_VALUE);
        this.free = new Semaphore(units, true);
    }

    /** Half of what this JVM may grow to. */
    static BufferBudget ofHeap() {
        return new BufferBudget(Runtime.getRuntime().maxMemory() / 2);
    }

    /** One of so many equal shares of it. */
    static BufferBudget ofHeap(int shares) {
        return new BufferBudget(Runtime.getRuntime().maxMemory() / 2 / shares);
    }

    /** How much there is if nobody uses any, in bytes. */
    long total() {
        return units * UNIT;
    }

    /** Room that is given back when it is closed. */
    @FunctionalInterface
    interface Room extends AutoCloseable {
        @Override
        void close();
    }

    /** Waits for room for so many bytes, or for all there is if that is less, while the transfer goes on reporting. */
    Room take(long bytes, Transfer transfer) {
        int wanted = Math.clamp((bytes + UNIT - 1) / UNIT, 1, units);
        try {
            while (!free.tryAcquire(wanted, WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
                transfer.report();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while waiting for buffers");
        }
        return () -> free.release(wanted);
    }

    /** How much is free, in bytes. */
    long available() {
        return free.availablePermits() * UNIT;
    }
}
