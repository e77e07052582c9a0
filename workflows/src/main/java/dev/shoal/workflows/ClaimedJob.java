package dev.shoal.workflows;

import dev.shoal.model.AppName;
import dev.shoal.model.HostId;
import dev.shoal.model.JobId;
import dev.shoal.model.RegionName;
import dev.shoal.model.gate.Completeness;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobLimits;
import dev.shoal.model.job.JobSource;
import java.util.List;
import java.util.Optional;

/**
 * A job in the hands of a host.
 *
 * @param attempt the fencing token of this claim
 * @param priority of the job, for people
 * @param policy how many of its regions the job may go without; all are needed in claims of releases that did not tell
 * @param limits of the build; absent for none of its own
 */
public record ClaimedJob(
        JobId id,
        int attempt,
        AppName app,
        HostId host,
        JobSource source,
        int priority,
        boolean release,
        List<RegionName> regions,
        String submittedBy,
        Completeness policy,
        Optional<JobLimits> limits) {
    public ClaimedJob {
        regions = List.copyOf(regions);
        policy = policy == null ? Completeness.ALL : policy;
    }

    /** The claim that a running row describes. */
    public static ClaimedJob of(Job job) {
        HostId host = job.host().orElseThrow(() -> new IllegalArgumentException("job " + job.id() + " has no host"));
        return new ClaimedJob(
                job.id(),
                job.attempt(),
                job.name(),
                host,
                job.source(),
                job.priority(),
                job.release(),
                job.regions(),
                job.submittedBy(),
                job.policy(),
                job.limits());
    }

    /** What fences every write of this claim. */
    public Lease lease() {
        return new Lease(id, attempt);
    }
}
