package dev.shoal.activities.host;

import dev.shoal.activities.jobs.JobStore;
import dev.shoal.model.HostId;
import dev.shoal.model.job.Job;
import dev.shoal.workflows.ClaimActivities;
import dev.shoal.workflows.ClaimedJob;
import dev.shoal.workflows.Lease;
import io.temporal.activity.Activity;
import java.util.Optional;

/** Claims for one host. Thread-safe. */
public final class ClaimActivitiesImpl implements ClaimActivities {
    private final JobStore jobs;
    private final HostId host;
    private final HeldSlots slots;
    private final Runnable stillWanted;

    public ClaimActivitiesImpl(JobStore jobs, HostId host, HeldSlots slots) {
        this(jobs, host, slots, () -> Activity.getExecutionContext().heartbeat("claiming"));
    }

    /** {@code stillWanted} throws if Temporal does not wait for this claim any more. */
    public ClaimActivitiesImpl(JobStore jobs, HostId host, HeldSlots slots, Runnable stillWanted) {
        this.jobs = jobs;
        this.host = host;
        this.slots = slots;
        this.stillWanted = stillWanted;
    }

    @Override
    public ClaimResult claimJob(ClaimRequest request) {
        // A host that froze with its poll open finds a claim there when it thaws, which another host has made
        // meanwhile: to run it would take the job from that host. The first heartbeat of an activity is a call that
        // Temporal answers.
        stillWanted.run();
        Optional<Job> job = request.again()
                .map(again -> jobs.reclaim(new Lease(again.job(), again.lostAttempt()), request.workflowId(), host))
                .orElseGet(() -> jobs.claim(request.workflowId(), host));
        Optional<ClaimedJob> claimed = job.map(ClaimedJob::of);
        claimed.ifPresent(c -> slots.hold(c.lease()));
        return new ClaimResult(claimed);
    }
}
