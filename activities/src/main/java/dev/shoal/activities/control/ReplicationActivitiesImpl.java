package dev.shoal.activities.control;

import dev.shoal.activities.blobs.ArtifactStore;
import dev.shoal.activities.blobs.GateCheck;
import dev.shoal.activities.jobs.BuildStore;
import dev.shoal.activities.jobs.JobStore;
import dev.shoal.model.BuildName;
import dev.shoal.model.RegionName;
import dev.shoal.model.gate.ReplicaStatus;
import dev.shoal.model.job.Build;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobStage;
import dev.shoal.model.job.JobStatus;
import dev.shoal.workflows.FailureTypes;
import dev.shoal.workflows.Lease;
import dev.shoal.workflows.ReplicationActivities;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import java.time.Duration;

/** See {@link ReplicationActivities}. Thread-safe. */
public final class ReplicationActivitiesImpl implements ReplicationActivities {
    private final BuildStore builds;
    private final JobStore jobs;
    private final ArtifactStore artifacts;
    private final RegionName home;
    private final Duration heartBeatInterval;

    /**
     * Wires the ports.
     *
     * @param heartBeatInterval how often a copy writes its progress and the job's last heartbeat
     */
    public ReplicationActivitiesImpl(
            BuildStore builds, JobStore jobs, ArtifactStore artifacts, RegionName home, Duration heartBeatInterval) {
        this.builds = builds;
        this.jobs = jobs;
        this.artifacts = artifacts;
        this.home = home;
        this.heartBeatInterval = heartBeatInterval;
    }

    /** What Temporal keeps of a copy under way, for people. */
    record Copied(RegionName region, long bytes, long total) {}

    @Override
    public void replicate(BuildName name, RegionName region) {
        Build build = build(name);
        ActivityExecutionContext context = Activity.getExecutionContext();
        requireWanted(build);
        builds.progress(name, region, 0);
        long[] lastWrite = {System.nanoTime()};
        artifacts.replicate(build.artifact(), home, region, (bytes, total) -> {
            context.heartbeat(new Copied(region, bytes, total));
            if (System.nanoTime() - lastWrite[0] >= heartBeatInterval.toNanos()) {
                lastWrite[0] = System.nanoTime();
                requireWanted(build);
                builds.progress(name, region, bytes);
            }
        });
    }

    @Override
    public void awaitReplication(BuildName name, RegionName region) {
        Build build = build(name);
        boolean complete = build.replicas().stream()
                .anyMatch(r -> r.region().equals(region) && r.status() == ReplicaStatus.COMPLETE);
        if (complete) {
            return;
        }
        requireWanted(build);
        switch (artifacts.check(build.artifact(), region)) {
            case GateCheck.Verified verified -> builds.complete(name, region, verified.evidence());
            case GateCheck.NotYet notYet -> throw Failures.notYet(region + ": " + notYet.reason());
            case GateCheck.Bad bad -> throw Failures.of(FailureTypes.REPLICA_BAD, bad.reason());
        }
    }

    @Override
    public void replicationFailed(BuildName name, RegionName region, String reason) {
        builds.failed(name, region, reason);
    }

    private Build build(BuildName name) {
        return builds.find(name).orElseThrow(() -> Failures.unknown("build " + name));
    }

    /** Keeps the job's row alive while it is being copied, and learns from it whether to stop. */
    private void requireWanted(Build build) {
        Job job = jobs.find(build.job()).orElseThrow(() -> Failures.unknown("job " + build.job()));
        Lease lease = new Lease(job.id(), Math.max(1, job.attempt()));
        if (job.status() != JobStatus.RUNNING) {
            throw Failures.ownershipLost(lease);
        }
        switch (jobs.heartbeat(lease, JobStage.REPLICATING)) {
            case OWNED -> {}
            case CANCEL_REQUESTED -> throw Failures.of(FailureTypes.CANCEL_REQUESTED, "cancelled by request");
            case LOST -> throw Failures.ownershipLost(lease);
        }
    }
}
