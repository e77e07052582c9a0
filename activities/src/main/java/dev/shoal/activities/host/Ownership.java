package dev.shoal.activities.host;

import dev.shoal.activities.host.OwnershipWatch.Answer;
import dev.shoal.activities.jobs.JobStore;
import dev.shoal.activities.jobs.JobStore.Beat;
import dev.shoal.activities.jobs.StoreException;
import dev.shoal.model.job.JobStage;
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
 * Keeps asking whether a step still owns its job, from the step's own progress; {@link OwnershipWatch} decides. Temporal notices a
 * dead host, and its SDK stops a step whose heartbeats do not get through. SQL is asked on a thread of its own, so that a database that hangs costs neither heartbeats nor a cancel. Used by one
 * thread.
 */
final class Ownership {
    private static final Logger LOG = LoggerFactory.getLogger(Ownership.class);
    private static final Duration LONGEST_CONFIRMATION = Duration.ofSeconds(10);
    private static final Duration TICK = Duration.ofMillis(10);

    /** What Temporal shows of a running step. */
    record Progress(JobStage stage, long bytes) {}

    private final JobStore jobs;
    private final Lease lease;
    private final JobStage stage;
    private final ActivityExecutionContext temporal;
    private final RunningSteps.Step step;
    private final BooleanSupplier draining;
    private OwnershipWatch watch;
    private Optional<CompletableFuture<Beat>> asked = Optional.empty();

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
        this.temporal = temporal;
        this.step = step;
        this.draining = draining;
        this.watch = OwnershipWatch.begin(interval, System.nanoTime());
    }

    /**
     * Cheap to call often. {@code bytes} is how far the step is.
     *
     * @throws ApplicationFailure if the job was cancelled, belongs to another attempt, or the host is draining
     * @throws io.temporal.client.ActivityCompletionException if Temporal no longer wants the step
     */
    void check(long bytes) {
        OwnershipWatch.Turn turn = watch.turn(System.nanoTime(), step.revoked(), draining.getAsBoolean(), answer());
        if (turn.ending().isPresent()) {
            OwnershipWatch.Ending ending = turn.ending().get();
            throw ApplicationFailure.newNonRetryableFailure(lease + ": " + ending.reason(), ending.type());
        }
        watch = turn.next();
        if (turn.write()) {
            asked = Optional.of(CompletableFuture.supplyAsync(() -> jobs.heartbeat(lease, stage), onItsOwnThread()));
        }
        if (turn.beat()) {
            temporal.heartbeat(new Progress(stage, bytes));
        }
    }

    /** Before the first effect: waits for SQL's word, but not for a database that is away. Throws what {@link #check} throws. */
    void confirm() {
        long deadline = System.nanoTime() + LONGEST_CONFIRMATION.toNanos();
        while (!watch.answered() && System.nanoTime() - deadline < 0) {
            check(0);
            LockSupport.parkNanos(TICK.toNanos());
        }
    }

    private Executor onItsOwnThread() {
        return task -> Thread.ofVirtual().name("heartbeat-" + lease).start(task);
    }

    /** What SQL has said since the last time. */
    private Optional<Answer> answer() {
        if (asked.isEmpty() || !asked.get().isDone()) {
            return Optional.empty();
        }
        CompletableFuture<Beat> done = asked.get();
        asked = Optional.empty();
        try {
            return Optional.of(new Answer(Optional.of(done.join())));
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof StoreException away)) {
                throw e;
            }
            LOG.warn("no heartbeat for {}: {}", lease, away.getMessage());
            return Optional.of(new Answer(Optional.empty()));
        }
    }
}
