package dev.shoal.api.testkit;

import dev.shoal.activities.jobs.JobStore.Submission;
import dev.shoal.activities.jobs.PostgresBuildStore;
import dev.shoal.activities.jobs.PostgresJobStore;
import dev.shoal.activities.jobs.PostgresMachineStore;
import dev.shoal.activities.jobs.PostgresReleaseStore;
import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.Digest;
import dev.shoal.model.HostId;
import dev.shoal.model.InfoHash;
import dev.shoal.model.MachineId;
import dev.shoal.model.RegionName;
import dev.shoal.model.Release;
import dev.shoal.model.gate.CheckedRange;
import dev.shoal.model.gate.ReplicaEvidence;
import dev.shoal.model.gate.ReplicationMode;
import dev.shoal.model.job.Activation;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.job.Build;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobRequest;
import dev.shoal.model.job.JobSource;
import dev.shoal.model.report.AppReport;
import dev.shoal.model.report.AppState;
import dev.shoal.model.report.MachineReport;
import dev.shoal.workflows.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Does what hosts, workflows and machines do to the rows that the API shows. */
public final class Fleet {
    public static final HostId HOST = new HostId("build-1");
    private static final int SIZE = 64 << 20;

    private final ApiStack stack;
    private final PostgresJobStore jobs;
    private final PostgresBuildStore builds;

    public Fleet(ApiStack stack) {
        this.stack = stack;
        this.jobs = new PostgresJobStore(stack.database());
        this.builds = new PostgresBuildStore(stack.database());
    }

    public PostgresJobStore jobs() {
        return jobs;
    }

    public PostgresReleaseStore releases() {
        return new PostgresReleaseStore(stack.database());
    }

    /** A queued job. */
    public Job queued(String app) {
        JobSource source = new JobSource.Git("https://git.example/" + app + ".git", "main");
        JobRequest request = new JobRequest(new AppName(app), source, 100, true, List.of());
        return ((Submission.Accepted) jobs.submit(request, Optional.empty(), "alice")).job();
    }

    /** A job that a host has claimed. */
    public Job running(String app) {
        Job queued = queued(app);
        return jobs.claim("ticket-" + queued.id(), HOST).orElseThrow();
    }

    public static Lease lease(Job job) {
        return new Lease(job.id(), job.attempt());
    }

    /** A build that is pending in both regions. */
    public Build built(String app) {
        Job job = running(app);
        Artifact artifact = new Artifact(
                new Digest(String.format("%064x", job.id().value())),
                SIZE,
                new InfoHash(String.format("%040x", job.id().value())),
                1 << 20);
        return builds.record(
                        lease(job), job.name(), artifact, Activation.ofFile(app), List.of(ApiStack.EU, ApiStack.US))
                .orElseThrow();
    }

    /** A build that is verified in both regions, its job ended. */
    public Build replicated(String app) {
        Build build = built(app);
        complete(build.name(), ApiStack.EU);
        complete(build.name(), ApiStack.US);
        jobs.succeed(new Lease(build.job(), 1));
        return builds.find(build.name()).orElseThrow();
    }

    public void complete(BuildName build, RegionName region) {
        builds.complete(
                build,
                region,
                new ReplicaEvidence(
                        "etag",
                        Optional.of("v7"),
                        Optional.empty(),
                        SIZE,
                        "0".repeat(64),
                        List.of(3, 63),
                        List.of(new CheckedRange(0, 10)),
                        Instant.now()));
    }

    public void waiting(BuildName build, RegionName region, String reason) {
        builds.waiting(build, region, ReplicationMode.COPY, reason);
    }

    public void copying(BuildName build, RegionName region, double share) {
        builds.progress(build, region, (long) (SIZE * share));
    }

    /** The pointer of the release is written. */
    public Release flipped(Release release) {
        return releases().flipped(release.id());
    }

    /** A machine's report about a release. */
    public static MachineReport report(
            String machine, RegionName region, long number, Release release, AppState state, double share) {
        Optional<BuildName> running = state == AppState.HEALTHY ? Optional.of(release.build()) : Optional.empty();
        Optional<String> detail = state == AppState.FAILED ? Optional.of("health check exited 7") : Optional.empty();
        AppReport app = new AppReport(
                release.app(),
                release.build(),
                release.seq(),
                state,
                running,
                (long) (SIZE * share),
                SIZE,
                detail,
                Instant.now());
        return new MachineReport(
                new MachineId(machine), region, number, "1.0", List.of(app), Map.of("UNSIGNED", 1L), 3, Instant.now());
    }

    public void report(List<MachineReport> reports) {
        new PostgresMachineStore(stack.database(), Duration.ofSeconds(60)).write(reports);
    }
}
