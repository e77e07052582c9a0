package dev.shoal.dev.chaos;

import java.util.concurrent.TimeUnit;

/** What several connections share. First come, first served. Thread-safe. */
final class Bandwidth {
    private long free = System.nanoTime();

    /** Waits until so many bytes may go at this speed; 0 is no limit. */
    void take(int bytes, long bytesPerSecond) throws InterruptedException {
        if (bytesPerSecond == 0) {
            return;
        }
        long wait;
        synchronized (this) {
            long now = System.nanoTime();
            long start = free - now > 0 ? free : now;
            free = start + bytes * TimeUnit.SECONDS.toNanos(1) / bytesPerSecond;
            wait = free - now;
        }
        TimeUnit.NANOSECONDS.sleep(wait);
    }
}
