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
import dev.shoal.model.gate.Replica;
import dev.shoal.model.gate.ReplicaStatus;
import dev.shoal.model.job.Activation;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.job.Build;
import dev.shoal.model.job.Job;
import dev.shoal.workflows.BuildOrigin;
import dev.shoal.workflows.ClaimedJob;
import dev.shoal.workflows.FailureTypes;
import dev.shoal.workflows.JobActivities;
import dev.shoal.workflows.Lease;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** See {@link JobActivities}. Every method may be run again after it has committed, and then says the same. Thread-safe. */
public final class JobActivitiesImpl implements JobActivities {
    private final TicketWrites writes;
    private final ReleaseStore releases;
    private final AuditLog audit;
    private final Optional<ProvenanceSigner> signer;
    private final BuildStore builds;
    private final JobStore jobs;

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
        this.jobs = jobs;
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
        jobs.find(lease.job())
                .filter(job -> job.policy().mayLack() > 0 && !job.release())
                .ifPresent(this::noteMissing);
    }

    /** What a release lacks is in the release's own entry. */
    private void noteMissing(Job job) {
        Map<RegionName, String> missing = job.build().flatMap(builds::find).stream()
                .flatMap(build -> build.replicas().stream())
                .filter(replica -> replica.status() != ReplicaStatus.COMPLETE)
                .collect(Collectors.toMap(
                        Replica::region, replica -> replica.status().name()));
        if (!missing.isEmpty()) {
            audit.append(
                    job.submittedBy(),
                    "job.succeed",
                    "job " + job.id(),
                    Map.of(
                            "policy", job.policy().wire(),
                            "excluded", new ReleaseGate.Verdict.Closed(missing).describe()));
        }
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

    private static Map<String, String> described(ClaimedJob job, Creation.Created created) {
        Release release = created.release();
        Map<String, String> detail = new TreeMap<>(Map.of(
                "app", release.app().value(),
                "build", release.build().value(),
                "seq", release.seq().toString(),
                "job", job.id().toString(),
                "regions", release.regions().toString(),
                "policy", job.policy().wire()));
        if (!created.excluded().isEmpty()) {
            detail.put("excluded", new ReleaseGate.Verdict.Closed(created.excluded()).describe());
        }
        return detail;
    }

    @Override
    public ReleaseId createRelease(ClaimedJob job, BuildName build) {
        NewRelease request = new NewRelease(
                build,
                ReleasePolicy.of(Set.copyOf(job.regions()), job.policy()),
                Optional.empty(),
                Optional.of("of job " + job.id()),
                job.submittedBy());
        return switch (releases.create(request)) {
            case Creation.Created created -> {
                Release release = created.release();
                audit.append(job.submittedBy(), "release.create", "release/" + release.id(), described(job, created));
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
