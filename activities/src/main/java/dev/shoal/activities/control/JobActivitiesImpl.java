package dev.shoal.activities.control;

import dev.shoal.activities.jobs.AuditLog;
import dev.shoal.activities.jobs.BuildStore;
import dev.shoal.activities.jobs.JobStore;
import dev.shoal.activities.jobs.ReleaseStore;
import dev.shoal.activities.jobs.ReleaseStore.Creation;
import dev.shoal.activities.jobs.ReleaseStore.NewRelease;
import dev.shoal.model.BuildName;
import dev.shoal.model.RegionName;
import dev.shoal.model.Release;
import dev.shoal.model.ReleaseId;
import dev.shoal.model.gate.ReleaseGate;
import dev.shoal.model.gate.ReleasePolicy;
import dev.shoal.model.job.Activation;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.job.Build;
import dev.shoal.model.job.JobStage;
import dev.shoal.model.job.JobStatus;
import dev.shoal.workflows.ClaimedJob;
import dev.shoal.workflows.FailureTypes;
import dev.shoal.workflows.JobActivities;
import dev.shoal.workflows.Lease;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** See {@link JobActivities}. Every method may be run again after it has committed, and then says the same. Thread-safe. */
public final class JobActivitiesImpl implements JobActivities {
    private final JobStore jobs;
    private final BuildStore builds;
    private final ReleaseStore releases;
    private final AuditLog audit;
    private final RegionName home;
    private final List<RegionName> regions;

    /** @param regions all that there are, the home region among them */
    public JobActivitiesImpl(
            JobStore jobs,
            BuildStore builds,
            ReleaseStore releases,
            AuditLog audit,
            RegionName home,
            List<RegionName> regions) {
        this.jobs = jobs;
        this.builds = builds;
        this.releases = releases;
        this.audit = audit;
        this.home = home;
        this.regions = List.copyOf(regions);
    }

    @Override
    public void attemptLost(Lease lease, String reason) {
        if (!jobs.attemptLost(lease, reason)) {
            throw Failures.ownershipLost(lease);
        }
    }

    @Override
    public void failJob(Lease lease, String reason, Optional<String> logTail) {
        settle(jobs.fail(lease, reason, logTail), lease, JobStatus.FAILED);
    }

    @Override
    public void stopJob(Lease lease, String reason) {
        settle(jobs.stop(lease, reason), lease, JobStatus.STOPPED);
    }

    @Override
    public void succeedJob(Lease lease) {
        settle(jobs.succeed(lease), lease, JobStatus.SUCCESS);
    }

    @Override
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

    @Override
    public ReleaseId createRelease(ClaimedJob job, BuildName build) {
        NewRelease request = new NewRelease(
                build,
                ReleasePolicy.named(Set.copyOf(job.regions())),
                Optional.empty(),
                Optional.of("of job " + job.id()),
                job.submittedBy());
        return switch (releases.create(request)) {
            case Creation.Created created -> {
                Release release = created.release();
                audit.append(
                        job.submittedBy(),
                        "release.create",
                        "release/" + release.id(),
                        Map.of(
                                "app", release.app().value(),
                                "build", build.value(),
                                "seq", release.seq().toString(),
                                "job", job.id().toString()));
                yield release.id();
            }
            case Creation.Duplicate duplicate -> duplicate.release().id();
            case Creation.Conflict conflict ->
                throw Failures.of(
                        FailureTypes.NOT_REPLICATED,
                        "release " + conflict.existing() + " has this job's idempotency key but another build");
            case Creation.NotReplicated closed ->
                throw Failures.of(
                        FailureTypes.NOT_REPLICATED,
                        build + " is not replicated: " + new ReleaseGate.Verdict.Closed(closed.lagging()).describe());
            case Creation.UnknownBuild none -> throw Failures.unknown("build " + build);
        };
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
