package dev.shoal.simulation.queue;

import dev.shoal.activities.control.TicketWrites;
import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.Digest;
import dev.shoal.model.InfoHash;
import dev.shoal.model.JobId;
import dev.shoal.model.RegionName;
import dev.shoal.model.gate.BuildStatus;
import dev.shoal.model.job.Activation;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.job.Build;
import dev.shoal.workflows.Lease;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The builds that were recorded, on the twin of the job store. Every attempt produces bytes of its own. */
final class Builds implements TicketWrites.Builds {
    private final InMemoryJobStore jobs;
    private final InstantSource clock;
    private final Map<JobId, Build> rows = new HashMap<>();

    Builds(InMemoryJobStore jobs, InstantSource clock) {
        this.jobs = jobs;
        this.clock = clock;
    }

    /** What an attempt uploads. */
    static Artifact artifact(Lease lease) {
        return new Artifact(
                new Digest("%056x%08x".formatted(lease.job().value(), lease.attempt())),
                1,
                new InfoHash("%032x%08x".formatted(lease.job().value(), lease.attempt())),
                1 << 20);
    }

    @Override
    public Optional<Build> record(
            Lease lease, AppName app, Artifact artifact, Activation activation, List<RegionName> regions) {
        BuildName name = new BuildName(app + "-" + lease.job());
        if (!jobs.recorded(lease, name)) {
            return Optional.empty();
        }
        return Optional.of(rows.computeIfAbsent(
                lease.job(),
                job -> new Build(
                        name, app, job, artifact, activation, clock.instant(), BuildStatus.REPLICATING, List.of())));
    }

    Optional<Build> of(JobId job) {
        return Optional.ofNullable(rows.get(job));
    }
}
