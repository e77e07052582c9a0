package dev.shoal.activities.host;

import dev.shoal.activities.jobs.JobStore;
import dev.shoal.model.HostId;
import dev.shoal.model.job.Job;
import dev.shoal.workflows.ClaimActivities;
import dev.shoal.workflows.ClaimedJob;
import dev.shoal.workflows.Lease;
import java.util.Optional;

/** Claims for one host. Thread-safe. */
public final class ClaimActivitiesImpl implements ClaimActivities {
    private final JobStore jobs;
    private final HostId host;
    private final HeldSlots slots;

    public ClaimActivitiesImpl(JobStore jobs, HostId host, HeldSlots slots) {
        this.jobs = jobs;
        this.host = host;
        this.slots = slots;
    }

    @Override
    public ClaimResult claimJob(ClaimRequest request) {
        Optional<Job> job = request.again()
                .map(again -> jobs.reclaim(new Lease(again.job(), again.lostAttempt()), request.workflowId(), host))
                .orElseGet(() -> jobs.claim(request.workflowId(), host));
        Optional<ClaimedJob> claimed = job.map(ClaimedJob::of);
        claimed.ifPresent(c -> slots.hold(c.lease()));
        return new ClaimResult(claimed);
    }
}
