package dev.shoal.activities.control;

import dev.shoal.activities.blobs.ArtifactStore;
import dev.shoal.activities.blobs.BlobStoreException;
import dev.shoal.activities.blobs.CopyResult;
import dev.shoal.activities.blobs.GateCheck;
import dev.shoal.activities.blobs.ProvenanceStore;
import dev.shoal.activities.jobs.BuildStore;
import dev.shoal.activities.jobs.JobStore;
import dev.shoal.model.BuildName;
import dev.shoal.model.RegionName;
import dev.shoal.model.gate.Replica;
import dev.shoal.model.gate.ReplicaStatus;
import dev.shoal.model.gate.ReplicationMode;
import dev.shoal.model.job.Build;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobStage;
import dev.shoal.model.job.JobStatus;
import dev.shoal.workflows.FailureTypes;
import dev.shoal.workflows.Lease;
import dev.shoal.workflows.ReplicationActivities;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.failure.ApplicationFailure;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * See {@link ReplicationActivities}. Nothing in here waits for a region that is away, busy, or left to its provider: the activity
 * fails at once, benignly, and Temporal calls it again when that makes sense. Thread-safe.
 */
public final class ReplicationActivitiesImpl implements ReplicationActivities {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicationActivitiesImpl.class);

    /** Far more than any S3 needs to show what it has stored. */
    private static final Duration HOME_APPEARS = Duration.ofMinutes(10);

    private final BuildStore builds;
    private final JobStore jobs;
    private final ArtifactStore artifacts;
    private final ProvenanceStore provenance;
    private final Settings settings;
    private final Clock clock;

    /**
     * How replication is done.
     *
     * @param home where builds are uploaded to
     * @param managed the regions to which the provider replicates, each with the time after which the copy is ours
     * @param heartBeatInterval how often a copy writes its progress and the job's last heartbeat
     */
    public record Settings(RegionName home, Map<RegionName, Duration> managed, Duration heartBeatInterval) {
        public Settings {
            managed = Map.copyOf(managed);
        }
    }

    /** Wires the ports. */
    public ReplicationActivitiesImpl(
            BuildStore builds,
            JobStore jobs,
            ArtifactStore artifacts,
            ProvenanceStore provenance,
            Settings settings,
            Clock clock) {
        this.provenance = provenance;
        this.builds = builds;
        this.jobs = jobs;
        this.artifacts = artifacts;
        this.settings = settings;
        this.clock = clock;
    }

    /** What Temporal keeps of a copy under way, for people. */
    record Copied(RegionName region, long bytes, long total) {}

    @Override
    public void replicate(BuildName name, RegionName region) {
        Build build = build(name);
        requireWanted(build);
        Optional<Duration> deadline = Optional.ofNullable(settings.managed().get(region));
        if (deadline.isEmpty() || providerGivesUp(build, region, deadline.get())) {
            copy(build, region);
        }
    }

    /** Returns whether the copy is ours; otherwise the region has it. Throws while neither is so. */
    private boolean providerGivesUp(Build build, RegionName region, Duration deadline) {
        boolean ours = replica(build, region)
                .mode()
                .filter(ReplicationMode.COPY::equals)
                .isPresent();
        if (ours) {
            return true;
        }
        ManagedReplication decision = ManagedReplication.decide(
                check(build, region),
                artifacts.providerStatus(build.artifact(), settings.home()),
                Duration.between(build.createdAt(), clock.instant()),
                deadline);
        builds.waiting(build.name(), region, mode(decision), decision.reason());
        return switch (decision) {
            case ManagedReplication.There there -> false;
            case ManagedReplication.Wait wait -> throw Failures.notBefore(wait.pause(), region + ": " + wait.reason());
            case ManagedReplication.CopyOurselves copy -> {
                LOG.warn("{} is not replicated to {} by the provider: {}", build.name(), region, copy.reason());
                yield true;
            }
        };
    }

    private static ReplicationMode mode(ManagedReplication decision) {
        return decision instanceof ManagedReplication.CopyOurselves ? ReplicationMode.COPY : ReplicationMode.MANAGED;
    }

    private void copy(Build build, RegionName region) {
        ActivityExecutionContext context = Activity.getExecutionContext();
        long[] lastWrite = {System.nanoTime()};
        long[] lastBytes = {-1};
        CopyResult result;
        try {
            result = artifacts.replicate(build.artifact(), settings.home(), region, (bytes, total) -> {
                context.heartbeat(new Copied(region, bytes, total));
                boolean begins = lastBytes[0] < 0 && bytes > 0;
                if (begins
                        || System.nanoTime() - lastWrite[0]
                                >= settings.heartBeatInterval().toNanos()) {
                    lastWrite[0] = System.nanoTime();
                    lastBytes[0] = bytes;
                    requireWanted(build);
                    builds.progress(build.name(), region, bytes);
                }
            });
        } catch (BlobStoreException e) {
            builds.waiting(build.name(), region, ReplicationMode.COPY, String.valueOf(e.getMessage()));
            throw e;
        }
        switch (result) {
            case CopyResult.Done done -> {}
            case CopyResult.Deferred deferred -> {
                builds.waiting(build.name(), region, ReplicationMode.COPY, deferred.reason());
                throw Failures.notBefore(deferred.retryAfter(), deferred.reason());
            }
            case CopyResult.SourceBad bad -> throw homeBad(build, bad.reason());
        }
    }

    /** The home region's copy is the only truth: nothing but a new upload of these bytes mends it. */
    private ApplicationFailure homeBad(Build build, String reason) {
        LOG.error("the home region does not hold {} as it was built: {}", build.name(), reason);
        builds.refuted(build.name(), settings.home(), reason);
        artifacts.condemn(build.artifact(), settings.home(), reason);
        return Failures.of(FailureTypes.HOME_BAD, reason);
    }

    /** The upload saw the object there: what is not seen so long after is gone. */
    private boolean isOverdue(Build build, RegionName region) {
        return region.equals(settings.home())
                && Duration.between(build.createdAt(), clock.instant()).compareTo(HOME_APPEARS) > 0;
    }

    @Override
    public void awaitReplication(BuildName name, RegionName region) {
        Build build = build(name);
        if (replica(build, region).status() == ReplicaStatus.COMPLETE) {
            return;
        }
        requireWanted(build);
        ReplicationMode mode = replica(build, region).mode().orElse(ReplicationMode.COPY);
        switch (check(build, region)) {
            case GateCheck.Verified verified -> {
                // Before the evidence: a build that is everywhere can be verified everywhere.
                builds.provenance(name).ifPresent(envelope -> provenance.put(build.artifact(), name, region, envelope));
                builds.complete(name, region, verified.evidence());
            }
            case GateCheck.NotYet notYet
            when isOverdue(build, region) ->
                throw homeBad(
                        build,
                        notYet.reason() + " in the home region, " + HOME_APPEARS.toMinutes() + " min after the upload");
            case GateCheck.NotYet notYet -> {
                builds.waiting(name, region, mode, notYet.reason());
                throw Failures.notYet(region + ": " + notYet.reason());
            }
            case GateCheck.Away away -> {
                builds.waiting(name, region, mode, away.reason());
                throw Failures.notBefore(away.retryAfter(), away.reason());
            }
            case GateCheck.Bad bad when region.equals(settings.home()) -> throw homeBad(build, bad.reason());
            case GateCheck.Bad bad -> {
                builds.waiting(name, region, mode, bad.reason());
                throw Failures.of(FailureTypes.REPLICA_BAD, bad.reason());
            }
        }
    }

    @Override
    public void replicationFailed(BuildName name, RegionName region, String reason) {
        builds.failed(name, region, reason);
    }

    private GateCheck check(Build build, RegionName region) {
        ActivityExecutionContext context = Activity.getExecutionContext();
        return Beating.during(() -> artifacts.check(build.artifact(), region), () -> context.heartbeat("verifying"));
    }

    private Build build(BuildName name) {
        return builds.find(name).orElseThrow(() -> Failures.unknown("build " + name));
    }

    private static Replica replica(Build build, RegionName region) {
        return build.replicas().stream()
                .filter(r -> r.region().equals(region))
                .findFirst()
                .orElseThrow(() -> Failures.unknown("replica of " + build.name() + " in " + region));
    }

    /** Keeps the job's row alive while it is being copied, and learns from it whether to stop. */
    private void requireWanted(Build build) {
        Job job = jobs.find(build.job()).orElseThrow(() -> Failures.unknown("job " + build.job()));
        Lease lease = new Lease(job.id(), Math.max(1, job.attempt()));
        if (job.status() == JobStatus.SUCCESS) {
            // It went on without this region, which is to have the build all the same.
            return;
        }
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
