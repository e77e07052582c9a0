package dev.shoal.activities.jobs;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** The twin keeps the contract of the real store. */
final class InMemoryJobStoreTest extends JobStoreContract {
    private final AtomicLong ticks = new AtomicLong();
    private final JobStore jobs = new InMemoryJobStore(() -> Instant.EPOCH.plusMillis(ticks.incrementAndGet()));

    @Override
    JobStore jobs() {
        return jobs;
    }
}
