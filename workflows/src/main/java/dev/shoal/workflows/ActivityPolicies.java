package dev.shoal.workflows;

import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.HostId;
import dev.shoal.model.RegionName;
import dev.shoal.model.ReleaseId;
import io.temporal.activity.ActivityCancellationType;
import io.temporal.activity.ActivityOptions;
import io.temporal.api.enums.v1.ParentClosePolicy;
import io.temporal.api.enums.v1.WorkflowIdReusePolicy;
import io.temporal.common.RetryOptions;
import io.temporal.workflow.ChildWorkflowCancellationType;
import io.temporal.workflow.ChildWorkflowOptions;
import java.time.Duration;

/**
 * The time-outs and retries of every activity, side by side. Everything has a schedule-to-close time-out, so that a permanent
 * fault shows as a failure and not as an activity that is pending for ever, and waits for cancelled activities to end, so that
 * what follows a cancel does not race them.
 */
public final class ActivityPolicies {
    /** After this many claims of one job its hosts are not the problem. */
    public static final int MOST_ATTEMPTS = 10;

    /** So many attempts that failed for an unforeseen reason are enough. */
    public static final int MOST_BROKEN = 3;

    /** How often an upload is tried on the same host before the build is given up with it. */
    public static final int MOST_UPLOADS = 4;

    /** Between two of them. */
    public static final Duration BETWEEN_UPLOADS = Duration.ofSeconds(15);

    /**
     * From the moment at which a job could go on without the regions that lack its build: they are mostly seconds behind, and a release
     * that leaves them out must be made again for them. Well below the 30 minutes that an entire deploy may take.
     */
    public static final Duration STRAGGLERS_HAVE = Duration.ofMinutes(2);

    /** A ticket waits this long for a free slot. */
    private static final Duration LONGEST_QUEUE = Duration.ofDays(30);

    /** Longer than the longest time limit of a build (24 h), which the host enforces. */
    private static final Duration LONGEST_BUILD = Duration.ofHours(25);

    private static final Duration LONGEST_UPLOAD = Duration.ofHours(6);

    /** The gate's deadline: S3's own replication of large objects can take hours. */
    private static final Duration LONGEST_REPLICATION = Duration.ofHours(6);

    /** A database that is away for longer needs people. */
    private static final Duration LONGEST_OUTAGE = Duration.ofDays(7);

    /** A host that does not take a step within this time is gone; its queue has room for every step of every slot. */
    private static final Duration HOST_TAKES = Duration.ofSeconds(20);

    /**
     * Workers send a heartbeat a second (their throttle), so this is many missed ones. With {@link #CLAIM_TAKES} it is what a dead or
     * frozen host costs, which must stay well below 45 s: see docs/adr/0007-recovery-times.md.
     */
    private static final Duration HEARTBEAT = Duration.ofSeconds(20);

    /** A claim is one short transaction; a frozen host that was handed one holds a job up for so long. */
    private static final Duration CLAIM_TAKES = Duration.ofSeconds(8);

    /** A write is one short transaction, too, and may be run again; so long does a release host that died with it hold it. */
    private static final Duration WRITE_TAKES = Duration.ofSeconds(8);

    /** An outage is over when it is over: no longer between two tries of a short transaction. */
    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(5);

    private ActivityPolicies() {}

    /** For {@link ClaimActivities}. Retried on any host: the claim is idempotent per ticket. */
    public static ActivityOptions claim(String summary) {
        return base(summary)
                .setTaskQueue(TaskQueues.CLAIM)
                .setScheduleToCloseTimeout(LONGEST_QUEUE)
                .setStartToCloseTimeout(CLAIM_TAKES)
                .setRetryOptions(untilDeadline(Duration.ofMillis(500), BETWEEN_TRIES))
                .build();
    }

    /** For {@link HostActivities#build}. Not retried: the workflow sees a lost host at once and claims again. */
    public static ActivityOptions build(HostId host, AppName app) {
        return hostStep(host, "build " + app + " on " + host, LONGEST_BUILD);
    }

    /** For {@link HostActivities#upload}. Not retried by Temporal, which could not tell a lost host from a busy S3. */
    public static ActivityOptions upload(HostId host, AppName app) {
        return hostStep(host, "upload " + app + " from " + host, LONGEST_UPLOAD);
    }

    /** For {@link HostActivities#releaseHost}: best effort, since a host that is gone holds no slot. */
    public static ActivityOptions releaseHost(HostId host) {
        return base("free the slot on " + host)
                .setTaskQueue(TaskQueues.ofHost(host))
                .setScheduleToStartTimeout(HOST_TAKES)
                .setScheduleToCloseTimeout(Duration.ofMinutes(10))
                .setStartToCloseTimeout(Duration.ofMinutes(5))
                .setRetryOptions(noRetry())
                .build();
    }

    /** For {@link JobActivities}: short writes to the database. */
    public static ActivityOptions jobs() {
        return base("write the job's row")
                .setTaskQueue(TaskQueues.CONTROL)
                .setScheduleToCloseTimeout(LONGEST_OUTAGE)
                .setStartToCloseTimeout(WRITE_TAKES)
                .setRetryOptions(untilDeadline(Duration.ofMillis(500), BETWEEN_TRIES))
                .build();
    }

    /** For {@link ReplicationActivities#replicate}. Goes on where it stopped, so it is retried. */
    static ActivityOptions replicate(BuildName build, RegionName region) {
        return base("copy " + build + " to " + region)
                .setTaskQueue(TaskQueues.CONTROL)
                .setScheduleToCloseTimeout(LONGEST_REPLICATION)
                .setHeartbeatTimeout(HEARTBEAT)
                .setRetryOptions(untilDeadline(Duration.ofSeconds(2), Duration.ofMinutes(1)))
                .build();
    }

    /** For {@link ReplicationActivities#awaitReplication}: its retry is the poll, which leaves no trace in the history. */
    static ActivityOptions awaitReplication(BuildName build, RegionName region) {
        return base("verify " + build + " in " + region)
                .setTaskQueue(TaskQueues.CONTROL)
                .setScheduleToCloseTimeout(LONGEST_REPLICATION)
                .setStartToCloseTimeout(Duration.ofMinutes(2))
                .setHeartbeatTimeout(HEARTBEAT)
                .setRetryOptions(RetryOptions.newBuilder()
                        .setInitialInterval(Duration.ofSeconds(2))
                        .setBackoffCoefficient(1.0)
                        .setDoNotRetry(FailureTypes.all())
                        .build())
                .build();
    }

    /** For {@link ReplicationActivities#replicationFailed}. */
    static ActivityOptions replicationFailed(BuildName build, RegionName region) {
        return ActivityOptions.newBuilder(jobs())
                .setSummary("give up " + build + " in " + region)
                .build();
    }

    /** For {@link ReleaseActivities} except {@code observe}: database and Consul. */
    static ActivityOptions release(ReleaseId release) {
        return base("release " + release)
                .setTaskQueue(TaskQueues.CONTROL)
                .setScheduleToCloseTimeout(Duration.ofHours(1))
                .setStartToCloseTimeout(Duration.ofSeconds(15))
                .setRetryOptions(untilDeadline(Duration.ofMillis(500), BETWEEN_TRIES))
                .build();
    }

    /** For {@link ReleaseActivities#finishRelease}: the row must become final. */
    static ActivityOptions finishRelease(ReleaseId release) {
        return ActivityOptions.newBuilder(jobs())
                .setSummary("end release " + release)
                .build();
    }

    /** For {@link ReleaseActivities#observe}, which returns after about a minute. */
    static ActivityOptions observe(ReleaseId release) {
        return base("watch the machines of release " + release)
                .setTaskQueue(TaskQueues.CONTROL)
                .setScheduleToCloseTimeout(LONGEST_OUTAGE)
                .setStartToCloseTimeout(Duration.ofMinutes(3))
                .setHeartbeatTimeout(HEARTBEAT)
                .setRetryOptions(untilDeadline(Duration.ofSeconds(1), Duration.ofSeconds(10)))
                .build();
    }

    /** For the release at a ticket's end. It is not the ticket's: it goes on when the ticket is cancelled or terminated. */
    static ChildWorkflowOptions releaseWorkflow(ReleaseId release) {
        return ChildWorkflowOptions.newBuilder()
                .setWorkflowId(ReleaseWorkflow.workflowId(release))
                .setTaskQueue(TaskQueues.WORKFLOWS)
                .setWorkflowIdReusePolicy(WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE)
                .setParentClosePolicy(ParentClosePolicy.PARENT_CLOSE_POLICY_ABANDON)
                .setCancellationType(ChildWorkflowCancellationType.ABANDON)
                .setStaticSummary(ReleaseWorkflow.summary(release))
                .build();
    }

    private static ActivityOptions hostStep(HostId host, String summary, Duration longest) {
        return base(summary)
                .setTaskQueue(TaskQueues.ofHost(host))
                .setScheduleToStartTimeout(HOST_TAKES)
                .setScheduleToCloseTimeout(longest)
                .setHeartbeatTimeout(HEARTBEAT)
                .setRetryOptions(noRetry())
                .build();
    }

    private static ActivityOptions.Builder base(String summary) {
        return ActivityOptions.newBuilder()
                .setCancellationType(ActivityCancellationType.WAIT_CANCELLATION_COMPLETED)
                .setSummary(summary);
    }

    private static RetryOptions noRetry() {
        return RetryOptions.newBuilder().setMaximumAttempts(1).build();
    }

    private static RetryOptions untilDeadline(Duration first, Duration longest) {
        return RetryOptions.newBuilder()
                .setInitialInterval(first)
                .setBackoffCoefficient(2.0)
                .setMaximumInterval(longest)
                .setDoNotRetry(FailureTypes.all())
                .build();
    }
}
