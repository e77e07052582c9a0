package dev.shoal.activities.host;

import dev.shoal.activities.jobs.JobStore;
import dev.shoal.activities.jobs.JobStore.Beat;
import dev.shoal.activities.jobs.StoreException;
import dev.shoal.model.job.JobStage;
import dev.shoal.workflows.FailureTypes;
import dev.shoal.workflows.Lease;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps asking whether a step still owns its job, from the step's own progress. SQL's word is fenced by the attempt and final; the
 * database being away is no word, since Temporal notices a dead host. Used by one thread.
 */
final class Ownership {
    private static final Logger LOG = LoggerFactory.getLogger(Ownership.class);
    private static final Duration TEMPORAL_INTERVAL = Duration.ofSeconds(1);
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** What Temporal shows of a running step. */
    record Progress(JobStage stage, long bytes) {}

    private final JobStore jobs;
    private final Lease lease;
    private final JobStage stage;
    private final Duration interval;
    private final ActivityExecutionContext temporal;
    private final BooleanSupplier draining;
    private long nextWrite;
    private long nextBeat;

    Ownership(
            JobStore jobs,
            Lease lease,
            JobStage stage,
            Duration interval,
            ActivityExecutionContext temporal,
            BooleanSupplier draining) {
        this.jobs = jobs;
        this.lease = lease;
        this.stage = stage;
        this.interval = interval;
        this.temporal = temporal;
        this.draining = draining;
        this.nextWrite = System.nanoTime();
        this.nextBeat = System.nanoTime();
    }

    /**
     * Cheap to call often. {@code bytes} is how far the step is.
     *
     * @throws ApplicationFailure if the job was cancelled, belongs to another attempt, or the host is draining
     * @throws io.temporal.client.ActivityCompletionException if Temporal no longer wants the step
     */
    void check(long bytes) {
        long now = System.nanoTime();
        if (draining.getAsBoolean()) {
            throw failure(FailureTypes.HOST_DRAINING, "the host is shutting down");
        }
        if (now - nextWrite >= 0) {
            nextWrite = now + write().toNanos();
        }
        if (now - nextBeat >= 0) {
            nextBeat = now + TEMPORAL_INTERVAL.toNanos();
            temporal.heartbeat(new Progress(stage, bytes));
        }
    }

    private Duration write() {
        Beat beat;
        try {
            beat = jobs.heartbeat(lease, stage);
        } catch (StoreException e) {
            LOG.warn("no heartbeat for {}: {}", lease, e.getMessage());
            return RETRY;
        }
        return switch (beat) {
            case OWNED -> interval;
            case CANCEL_REQUESTED -> throw failure(FailureTypes.CANCEL_REQUESTED, "the job was cancelled");
            case LOST -> throw failure(FailureTypes.OWNERSHIP_LOST, "attempt " + lease + " no longer owns the job");
        };
    }

    private static ApplicationFailure failure(String type, String message) {
        return ApplicationFailure.newNonRetryableFailure(message, type);
    }
}
