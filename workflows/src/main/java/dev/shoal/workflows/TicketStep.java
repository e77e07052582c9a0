package dev.shoal.workflows;

import dev.shoal.model.BuildName;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.job.JobStatus;
import dev.shoal.workflows.HostActivities.BuildOutput;
import dev.shoal.workflows.JobActivities.RecordedBuild;
import java.util.Optional;

/** What a ticket does next; chosen by {@link Ticket}, performed by the workflow. */
public sealed interface TicketStep {
    /** {@link ClaimActivities#claimJob}: of the first job in the queue, or of the job whose attempt was lost. */
    record Claim(Optional<ClaimedJob> lost) implements TicketStep {}

    /** {@link HostActivities#build} on the claiming host. */
    record Build(ClaimedJob job) implements TicketStep {}

    /** {@link HostActivities#upload} on the host that built. {@code tries} counts this one. */
    record Upload(ClaimedJob job, BuildOutput output, int tries) implements TicketStep {}

    /** Waits {@link ActivityPolicies#BETWEEN_UPLOADS} after the upload number {@code tries} failed. */
    record PauseUpload(ClaimedJob job, BuildOutput output, int tries, String reason) implements TicketStep {}

    /** {@link JobActivities#attemptLost}. */
    record NoteLost(ClaimedJob job, String reason) implements TicketStep {}

    /** {@link JobActivities#recordBuild}. */
    record RecordBuild(ClaimedJob job, BuildOutput output, Artifact artifact) implements TicketStep {}

    /** Brings the build to every region that it must be in, but for those that the job's policy lets it go without. */
    record Replicate(ClaimedJob job, RecordedBuild build) implements TicketStep {}

    /** {@link JobActivities#succeedJob}. */
    record Succeed(ClaimedJob job, BuildName build) implements TicketStep {}

    /** Creates the release that the job asked for and follows it. The job has succeeded whatever becomes of it. */
    record Release(ClaimedJob job, BuildName build) implements TicketStep {}

    /**
     * {@link JobActivities#failJob} or {@link JobActivities#stopJob}, also after a cancel.
     *
     * @param status {@link JobStatus#FAILED} or {@link JobStatus#STOPPED}
     */
    record End(ClaimedJob job, JobStatus status, String reason, Optional<String> logTail, Optional<BuildName> build)
            implements TicketStep {}

    /** The ticket ends; {@code how} is for people. */
    record Done(TicketOutcome outcome, String how) implements TicketStep {}

    /** The ticket ends with the failure that it was told of: what it holds is left to the monitors. */
    record GiveUp(Mishap why) implements TicketStep {}
}
