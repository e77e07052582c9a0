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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps asking whether a step still owns its job, from the step's own progress. SQL's word is fenced by the attempt and final; the
 * database being away is no word, since Temporal notices a dead host, and its SDK stops a step whose heartbeats do not get
 * through. SQL is asked on a thread of its own, so that a database that hangs costs neither heartbeats nor a cancel. Used by one
 * thread.
 */
final class Ownership {
    private static final Logger LOG = LoggerFactory.getLogger(Ownership.class);
    private static final Duration TEMPORAL_INTERVAL = Duration.ofSeconds(1);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_CONFIRMATION = Duration.ofSeconds(10);
    private static final Duration TICK = Duration.ofMillis(10);

    /** What Temporal shows of a running step. */
    record Progress(JobStage stage, long bytes) {}

    private final JobStore jobs;
    private final Lease lease;
    private final JobStage stage;
    private final Duration interval;
    private final ActivityExecutionContext temporal;
    private final RunningSteps.Step step;
    private final BooleanSupplier draining;
    private Optional<CompletableFuture<Beat>> asked = Optional.empty();
    private boolean answered;
    private long nextWrite;
    private long nextBeat;

    Ownership(
            JobStore jobs,
            Lease lease,
            JobStage stage,
            Duration interval,
            ActivityExecutionContext temporal,
            RunningSteps.Step step,
            BooleanSupplier draining) {
        this.jobs = jobs;
        this.lease = lease;
        this.stage = stage;
        this.interval = interval;
        this.temporal = temporal;
        this.step = step;
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
        if (step.revoked()) {
            throw failure(FailureTypes.OWNERSHIP_LOST, "attempt " + lease + " is over on this host");
        }
        if (draining.getAsBoolean()) {
            throw failure(FailureTypes.HOST_DRAINING, "the host is shutting down");
        }
        if (asked.isPresent()) {
            if (asked.get().isDone()) {
                nextWrite = now + hear(asked.get()).toNanos();
                asked = Optional.empty();
            }
        } else if (now - nextWrite >= 0) {
            asked = Optional.of(CompletableFuture.supplyAsync(() -> jobs.heartbeat(lease, stage), onItsOwnThread()));
        }
        if (now - nextBeat >= 0) {
            nextBeat = now + TEMPORAL_INTERVAL.toNanos();
            temporal.heartbeat(new Progress(stage, bytes));
        }
    }

    /** Before the first effect: waits for SQL's word, but not for a database that is away. Throws what {@link #check} throws. */
    void confirm() {
        long deadline = System.nanoTime() + LONGEST_CONFIRMATION.toNanos();
        while (!answered && System.nanoTime() - deadline < 0) {
            check(0);
            LockSupport.parkNanos(TICK.toNanos());
        }
    }

    private Executor onItsOwnThread() {
        return task -> Thread.ofVirtual().name("heartbeat-" + lease).start(task);
    }

    /** How long until the next write. */
    private Duration hear(CompletableFuture<Beat> answer) {
        answered = true;
        Beat beat;
        try {
            beat = answer.join();
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof StoreException away)) {
                throw e;
            }
            LOG.warn("no heartbeat for {}: {}", lease, away.getMessage());
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
