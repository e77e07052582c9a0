package dev.shoal.workflows;

import dev.shoal.model.AppName;
import dev.shoal.model.HostId;
import dev.shoal.model.JobId;
import dev.shoal.model.RegionName;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobSource;
import java.util.List;

/**
 * A job in the hands of a host.
 *
 * @param attempt the fencing token of this claim
 * @param priority of the job, for people
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
        String submittedBy) {
    public ClaimedJob {
        regions = List.copyOf(regions);
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
                job.submittedBy());
    }

    /** What fences every write of this claim. */
    public Lease lease() {
        return new Lease(id, attempt);
    }
}
