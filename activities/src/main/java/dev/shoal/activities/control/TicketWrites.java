package dev.shoal.activities.control;

import dev.shoal.activities.jobs.BuildStore;
import dev.shoal.activities.jobs.JobStore;
import dev.shoal.model.AppName;
import dev.shoal.model.RegionName;
import dev.shoal.model.job.Activation;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.job.Build;
import dev.shoal.model.job.JobStage;
import dev.shoal.model.job.JobStatus;
import dev.shoal.workflows.ClaimedJob;
import dev.shoal.workflows.FailureTypes;
import dev.shoal.workflows.JobActivities.RecordedBuild;
import dev.shoal.workflows.Lease;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A ticket's writes about its job and its build, each fenced. Every method may be run again after it has committed, and then says the
 * same. Thread-safe. Lost ownership is an {@code ApplicationFailure} of {@link FailureTypes#OWNERSHIP_LOST}.
 */
public final class TicketWrites {
    private final JobStore jobs;
    private final Builds builds;
    private final RegionName home;
    private final List<RegionName> regions;

    /** {@link BuildStore#record}. */
    public interface Builds {
        Optional<Build> record(
                Lease lease, AppName app, Artifact artifact, Activation activation, List<RegionName> regions);
    }

    /** {@code regions} are all that there are, the home region among them. */
    public TicketWrites(JobStore jobs, Builds builds, RegionName home, List<RegionName> regions) {
        this.jobs = jobs;
        this.builds = builds;
        this.home = home;
        this.regions = List.copyOf(regions);
    }

    /** Notes why an attempt was lost. */
    public void attemptLost(Lease lease, String reason) {
        if (!jobs.attemptLost(lease, reason)) {
            throw Failures.ownershipLost(lease);
        }
    }

    /** Ends the job as failed. */
    public void failJob(Lease lease, String reason, Optional<String> logTail) {
        settle(jobs.fail(lease, reason, logTail), lease, JobStatus.FAILED);
    }

    /** Ends the job as stopped. */
    public void stopJob(Lease lease, String reason) {
        settle(jobs.stop(lease, reason), lease, JobStatus.STOPPED);
    }

    /** Ends the job as success. */
    public void succeedJob(Lease lease) {
        settle(jobs.succeed(lease), lease, JobStatus.SUCCESS);
    }

    /** Creates the build with a pending replica per region. */
    public RecordedBuild recordBuild(ClaimedJob job, Artifact artifact, Activation activation) {
        List<RegionName> wanted = destinations(home, regions, job.regions());
        Build build = builds.record(job.lease(), job.app(), artifact, activation, wanted)
                .orElseThrow(() -> Failures.ownershipLost(job.lease()));
        jobs.heartbeat(job.lease(), JobStage.REPLICATING);
        return new RecordedBuild(build.name(), wanted);
    }

    /** Where a build goes: the home region first, then the asked for ones, or all if none was asked for. */
    static List<RegionName> destinations(RegionName home, List<RegionName> all, List<RegionName> asked) {
        List<RegionName> unknown =
                asked.stream().filter(region -> !all.contains(region)).toList();
        if (!unknown.isEmpty()) {
            throw Failures.of(FailureTypes.BUILD_FAILED, "unknown regions " + unknown + ", there are " + all);
        }
        Set<RegionName> wanted = new LinkedHashSet<>(List.of(home));
        wanted.addAll(asked.isEmpty() ? all : asked);
        return new ArrayList<>(wanted);
    }

    /** A write that changed nothing is lost ownership, unless it is this write that ended the job, run once more. */
    private void settle(boolean written, Lease lease, JobStatus status) {
        boolean sameAgain = !written
                && jobs.find(lease.job())
                        .filter(job -> job.status() == status && job.attempt() == lease.attempt())
                        .isPresent();
        if (!written && !sameAgain) {
            throw Failures.ownershipLost(lease);
        }
    }
}
