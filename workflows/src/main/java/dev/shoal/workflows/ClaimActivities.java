package dev.shoal.workflows;

import dev.shoal.model.JobId;
import io.temporal.activity.ActivityInterface;
import java.util.Optional;

/** Polled on {@link TaskQueues#CLAIM} by hosts with a free slot. The slot is held until {@link HostActivities#releaseHost}. */
@ActivityInterface
public interface ClaimActivities {
    /** Claims the first job in SQL for this host. The same request again, on any host, returns the same job. */
    ClaimResult claimJob(ClaimRequest request);

    /**
     * What is asked for.
     *
     * @param workflowId the ticket
     * @param again absent for the first job in the queue; present to take over this job after a lost attempt
     */
    record ClaimRequest(String workflowId, Optional<Again> again) {}

    /** The attempt that was lost. */
    record Again(JobId job, int lostAttempt) {}

    /** Absent if there is nothing to claim, or the job to take over is no longer running. */
    record ClaimResult(Optional<ClaimedJob> job) {}
}
