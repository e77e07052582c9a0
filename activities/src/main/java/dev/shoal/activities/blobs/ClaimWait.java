package dev.shoal.activities.blobs;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits until nothing is on its way to S3 that deletes what was claimed: a moment, or as long as a dead monitor's lease. */
final class ClaimWait {
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST = StoredObjects.DELETION_LEASE.plusSeconds(30);

    private ClaimWait() {}

    /** Returns once {@code held}. @throws BlobStoreException if that takes longer than any lease */
    static void until(BooleanSupplier held, S3Bucket bucket, String key) {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (!held.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw bucket.failure(key, "is still being deleted by retention");
            }
            LockSupport.parkNanos(PAUSE.toNanos());
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("interrupted while waiting for a deletion to end");
            }
        }
    }
}
