package dev.shoal.simulation.queue;

import dev.shoal.activities.jobs.JobStore;
import dev.shoal.activities.jobs.JobStoreContract;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** The twin keeps the contract of the real store. */
final class InMemoryJobStoreTest extends JobStoreContract {
    private final AtomicLong ticks = new AtomicLong();
    private final JobStore jobs = new InMemoryJobStore(() -> Instant.EPOCH.plusMillis(ticks.incrementAndGet()));

    @Override
    protected JobStore jobs() {
        return jobs;
    }
}
