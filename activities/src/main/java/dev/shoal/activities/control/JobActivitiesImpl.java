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
import dev.shoal.workflows.BuildOrigin;
import dev.shoal.workflows.ClaimedJob;
import dev.shoal.workflows.FailureTypes;
import dev.shoal.workflows.JobActivities;
import dev.shoal.workflows.Lease;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** See {@link JobActivities}. Every method may be run again after it has committed, and then says the same. Thread-safe. */
public final class JobActivitiesImpl implements JobActivities {
    private final TicketWrites writes;
    private final ReleaseStore releases;
    private final AuditLog audit;
    private final Optional<ProvenanceSigner> signer;
    private final BuildStore builds;

    /** @param regions all that there are, the home region among them */
    public JobActivitiesImpl(
            JobStore jobs,
            BuildStore builds,
            ReleaseStore releases,
            AuditLog audit,
            RegionName home,
            List<RegionName> regions,
            Optional<ProvenanceSigner> signer) {
        this.signer = signer;
        this.builds = builds;
        this.writes = new TicketWrites(jobs, builds::record, home, regions);
        this.releases = releases;
        this.audit = audit;
    }

    @Override
    public void attemptLost(Lease lease, String reason) {
        writes.attemptLost(lease, reason);
    }

    @Override
    public void failJob(Lease lease, String reason, Optional<String> logTail) {
        writes.failJob(lease, reason, logTail);
    }

    @Override
    public void stopJob(Lease lease, String reason) {
        writes.stopJob(lease, reason);
    }

    @Override
    public void succeedJob(Lease lease) {
        writes.succeedJob(lease);
    }

    @Override
    public RecordedBuild recordBuild(
            ClaimedJob job, Artifact artifact, Activation activation, @Nullable BuildOrigin origin) {
        RecordedBuild recorded = writes.recordBuild(job, artifact, activation);
        signer.ifPresent(it -> attest(it, job, artifact, recorded, Optional.ofNullable(origin)));
        return recorded;
    }

    private void attest(
            ProvenanceSigner by,
            ClaimedJob job,
            Artifact artifact,
            RecordedBuild recorded,
            Optional<BuildOrigin> origin) {
        Optional<Build> build = builds.find(recorded.name());
        // A build that an earlier attempt recorded may be of other bytes, of which this one knows nothing.
        if (build.isPresent() && build.get().artifact().equals(artifact)) {
            builds.attest(recorded.name(), by.sign(job, build.get(), origin));
        }
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
            case Creation.Retired retired ->
                throw Failures.of(
                        FailureTypes.NOT_REPLICATED,
                        build + " was retired by the retention policy at " + retired.since());
            case Creation.UnknownBuild none -> throw Failures.unknown("build " + build);
        };
    }
}
