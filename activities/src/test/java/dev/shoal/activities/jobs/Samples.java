package dev.shoal.activities.jobs;

import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.Digest;
import dev.shoal.model.HostId;
import dev.shoal.model.InfoHash;
import dev.shoal.model.MachineId;
import dev.shoal.model.RegionName;
import dev.shoal.model.Seq;
import dev.shoal.model.gate.CheckedRange;
import dev.shoal.model.gate.ReplicaEvidence;
import dev.shoal.model.job.Activation;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobLimits;
import dev.shoal.model.job.JobRequest;
import dev.shoal.model.job.JobSource;
import dev.shoal.model.report.AppReport;
import dev.shoal.model.report.AppState;
import dev.shoal.model.report.MachineReport;
import dev.shoal.workflows.Lease;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Values for the kits. */
final class Samples {
    static final AppName WEB = new AppName("web");
    static final AppName MAIL = new AppName("mail");
    static final HostId HOST_A = new HostId("host-a");
    static final HostId HOST_B = new HostId("host-b");
    static final RegionName EU = new RegionName("eu");
    static final RegionName US = new RegionName("us");
    static final RegionName AP = new RegionName("ap");
    static final Artifact ARTIFACT =
            new Artifact(new Digest("ab".repeat(32)), 5_000_000_000L, new InfoHash("cd".repeat(20)), 1 << 20);
    static final Activation ACTIVATION = Activation.ofFile("web.jar");
    static final Instant SOME_TIME = Instant.parse("2026-03-01T10:00:00Z");
    static final ReplicaEvidence EVIDENCE = evidence("etag", ARTIFACT.size());

    static final JobLimits LIMITS =
            new JobLimits(Optional.of(600L), Optional.of(1L << 30), Optional.of(64), Optional.of(1L << 20));

    private Samples() {}

    static ReplicaEvidence evidence(String etag, long size) {
        return new ReplicaEvidence(
                etag,
                Optional.of("v7"),
                Optional.of("CRC32 composite yZRlqg==-2"),
                size,
                ARTIFACT.digest().toString(),
                List.of(3, 4768),
                List.of(new CheckedRange(3 << 20, 1 << 20), new CheckedRange(4768L << 20, 389_632)),
                SOME_TIME);
    }

    static JobRequest request(AppName app, int priority) {
        return new JobRequest(app, new JobSource.Git("https://example.com/" + app, "main"), priority, false, List.of());
    }

    static JobRequest request() {
        return request(WEB, JobRequest.DEFAULT_PRIORITY);
    }

    static Lease lease(Job job) {
        return new Lease(job.id(), job.attempt());
    }

    static AppReport app(AppName app, long seq, AppState state) {
        return new AppReport(
                app,
                new BuildName(app + "-" + seq),
                new Seq(seq),
                state,
                Optional.empty(),
                10,
                100,
                Optional.of("detail"),
                SOME_TIME);
    }

    static MachineReport report(String machine, RegionName region, long number, AppReport... apps) {
        return new MachineReport(
                new MachineId(machine), region, number, "1.0", List.of(apps), Map.of("UNSIGNED", 2L), 3, SOME_TIME);
    }
}
