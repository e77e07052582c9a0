package dev.shoal.activities.jobs;

import dev.shoal.model.AppName;
import dev.shoal.model.HostId;
import dev.shoal.model.JobId;
import dev.shoal.model.job.AppLimits;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobRequest;
import dev.shoal.model.job.JobStage;
import dev.shoal.model.job.JobStatus;
import dev.shoal.workflows.Lease;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The queue and the status of jobs: the row is the truth. Every method is one transaction at READ COMMITTED; times are the
 * database's. Fenced writes return whether the lease still held. Implementations are thread-safe and throw
 * {@link StoreException} when the database is at fault.
 */
public interface JobStore {
    /** Accepts a job. With a key that was used before: the same job, or a conflict if the request differs. */
    Submission submit(JobRequest request, Optional<String> idempotencyKey, String submittedBy);

    /** What became of a submission. */
    sealed interface Submission {
        record Accepted(Job job) implements Submission {}

        record Duplicate(Job job) implements Submission {}

        record Conflict(JobId existing) implements Submission {}
    }

    Optional<Job> find(JobId id);

    /** Newest first; {@code before} pages on. */
    List<Job> list(Query query);

    /** Which jobs to list. {@code limit} is within 1..500. */
    record Query(Optional<JobStatus> status, Optional<AppName> app, Optional<JobId> before, int limit) {
        /** @throws IllegalArgumentException if the limit is out of bounds */
        public Query {
            if (limit < 1 || limit > 500) {
                throw new IllegalArgumentException("limit must be within 1..500, got " + limit);
            }
        }
    }

    /**
     * Claims the first queued job by (priority, created_at, id) of an app that is below its limit, skipping those that others are
     * claiming. If this workflow
     * holds a running job already, that one is returned: unchanged for the same host, with the next attempt for another.
     */
    Optional<Job> claim(String workflowId, HostId host);

    /**
     * Takes over this workflow's running job after {@code lost}, with the next attempt; empty if it is not running or not this
     * workflow's. Repeating it on the same host returns what it claimed; repeating it on another host takes over once more, since the
     * first answer was lost and nobody builds that attempt.
     */
    Optional<Job> reclaim(Lease lost, String workflowId, HostId host);

    /** Writes {@code last_heart_beat} and the stage. */
    Beat heartbeat(Lease lease, JobStage stage);

    /** What a heartbeat learns. */
    enum Beat {
        OWNED,
        CANCEL_REQUESTED,
        LOST
    }

    /** Writes the reason of a lost attempt; the job stays running. */
    boolean attemptLost(Lease lease, String reason);

    /**
     * Puts a job whose workflow is gone back into the queue, where it stands as if it had never been claimed but for its attempt
     * number, which goes on counting.
     */
    boolean requeue(Lease lease, String reason);

    boolean fail(Lease lease, String reason, Optional<String> logTail);

    boolean stop(Lease lease, String reason);

    boolean succeed(Lease lease);

    /** Asks for a cancel: a queued job is stopped at once, a running one is marked. */
    Cancellation cancel(JobId id);

    /** What became of a cancel. */
    sealed interface Cancellation {
        record Stopped(Job job) implements Cancellation {}

        record Requested(Job job) implements Cancellation {}

        record AlreadyFinal(Job job) implements Cancellation {}

        record Unknown() implements Cancellation {}
    }

    /** Submits a failed or stopped job again, as a new job that names it. Each job has one retry: asked again, the same. */
    Retry retry(JobId id, String submittedBy);

    /** What became of a retry. */
    sealed interface Retry {
        record Accepted(Job job) implements Retry {}

        record Duplicate(Job job) implements Retry {}

        /** It has not failed, nor been stopped: there is nothing to repeat. */
        record NothingToRetry(Job job) implements Retry {}

        record Unknown() implements Retry {}
    }

    /** Running jobs whose last heartbeat is older than {@code threshold}, oldest first. */
    List<Job> stale(Duration threshold);

    /** Running jobs of a host, for its slots. */
    List<Job> runningOn(HostId host);

    /** How many jobs are in each open status, and how old the oldest queued one is. */
    Depth depth();

    /** How many of the queued jobs the limits allow to start now. */
    long claimable();

    /** What {@link #limit} has set. */
    AppLimits limits();

    /**
     * Sets how many jobs of the app, or of each app without a limit of its own, may run at once; empty takes the limit away. Claims
     * that begin later keep to it; what runs already goes on.
     */
    void limit(Optional<AppName> app, Optional<Integer> maxRunning);

    /** {@code oldestQueued} is zero if nothing is queued. */
    record Depth(int queued, int running, Duration oldestQueued) {}
}
