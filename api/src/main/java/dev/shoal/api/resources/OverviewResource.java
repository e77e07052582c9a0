package dev.shoal.api.resources;

import dev.shoal.activities.jobs.BuildStore;
import dev.shoal.activities.jobs.JobStore;
import dev.shoal.activities.jobs.MachineStore;
import dev.shoal.activities.jobs.ReleaseStore;
import dev.shoal.activities.jobs.TokenStore.Role;
import dev.shoal.api.auth.Requires;
import dev.shoal.api.view.Overview;
import dev.shoal.model.RegionName;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobStatus;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Everything at a glance. Many dashboards cost the database what one does. Thread-safe. */
@Path("/overview")
@Tag(name = "overview")
@Produces(MediaType.APPLICATION_JSON)
public final class OverviewResource {
    private static final Duration FRESH = Duration.ofSeconds(1);
    private static final int JOBS = 25;
    private static final int BUILDS = 10;
    private static final int RELEASES = 10;

    private final JobStore jobs;
    private final BuildStore builds;
    private final ReleaseStore releases;
    private final MachineStore machines;
    private final ReleaseViews views;
    private final RegionName home;
    private final Overview.TemporalLink temporal;
    private final Clock clock;
    private @Nullable Overview last;

    public OverviewResource(
            JobStore jobs,
            BuildStore builds,
            ReleaseStore releases,
            MachineStore machines,
            ReleaseViews views,
            RegionName home,
            Overview.TemporalLink temporal,
            Clock clock) {
        this.jobs = jobs;
        this.builds = builds;
        this.releases = releases;
        this.machines = machines;
        this.views = views;
        this.home = home;
        this.temporal = temporal;
        this.clock = clock;
    }

    @GET
    @Requires(Role.VIEWER)
    @Operation(summary = "Queue, running jobs, last builds and releases, machines by region and state")
    public synchronized Overview get() {
        Instant now = clock.instant();
        if (last == null || last.at().plus(FRESH).isBefore(now)) {
            last = look(now);
        }
        return last;
    }

    private Overview look(Instant now) {
        JobStore.Depth depth = jobs.depth();
        List<Job> running =
                jobs.list(query(Optional.of(JobStatus.RUNNING), Asked.MOST)).reversed();
        return new Overview(
                now,
                home,
                temporal,
                new Overview.Queue(
                        depth.queued(), depth.running(), depth.oldestQueued().toMillis()),
                running,
                jobs.list(query(Optional.empty(), JOBS)),
                builds.list(Optional.empty(), BUILDS),
                views.of(releases.list(Optional.empty(), RELEASES)),
                machines.countByRegion(),
                machines.tally());
    }

    private static JobStore.Query query(Optional<JobStatus> status, int limit) {
        return new JobStore.Query(status, Optional.empty(), Optional.empty(), limit);
    }
}
