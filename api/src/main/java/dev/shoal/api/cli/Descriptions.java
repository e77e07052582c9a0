package dev.shoal.api.cli;

import dev.shoal.model.RegionName;
import dev.shoal.model.Release;
import dev.shoal.model.gate.CheckedRange;
import dev.shoal.model.gate.ReplicaEvidence;
import dev.shoal.model.gate.ReplicaStatus;
import dev.shoal.model.gate.ReplicationMode;
import dev.shoal.model.job.Build;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobLimits;
import dev.shoal.model.job.JobSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One thing in full, for people. */
final class Descriptions {
    private Descriptions() {}

    static void job(Job job, Console console) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("job", job.id().toString()));
        rows.add(List.of("app", job.name().toString()));
        rows.add(List.of("status", job.status().wire() + (job.cancelRequested() ? ", asked to stop" : "")));
        rows.add(List.of("stage", job.stage().wire()));
        rows.add(List.of("source", source(job.source())));
        rows.add(List.of("submitted", job.createdAt() + " by " + job.submittedBy()));
        rows.add(List.of("priority", Integer.toString(job.priority())));
        if (!job.regions().isEmpty()) {
            rows.add(List.of("regions", joined(job.regions())));
        }
        if (job.policy().mayLack() > 0) {
            rows.add(List.of("policy", job.policy().wire()));
        }
        add(rows, "limits", job.limits().map(JobLimits::describe));
        add(rows, "retry of", job.retryOf());
        rows.add(List.of("attempt", Integer.toString(job.attempt())));
        add(rows, "host", job.host());
        add(rows, "started", job.startedAt());
        add(rows, "finished", job.finishedAt());
        add(rows, "heartbeat", job.lastHeartBeat());
        add(rows, "workflow", job.workflowId());
        add(rows, "build", job.build());
        add(rows, "reason", job.reason());
        console.columns(rows);
        job.logTail().ifPresent(tail -> console.line("\n" + tail));
    }

    static void build(Build build, Console console) {
        console.columns(List.of(
                List.of("build", build.name().toString()),
                List.of("status", build.status().name()),
                List.of("size", Words.size(build.artifact().size())),
                List.of("sha256", build.artifact().digest().toString()),
                List.of("built", build.createdAt().toString())));
        console.line("");
        Instant now = Instant.now();
        console.table(
                List.of("REGION", "STATUS", "SINCE", "BY", "COPIED", "CHECKED", "REASON"),
                build.replicas().stream()
                        .map(r -> List.of(
                                r.region().toString(),
                                r.status().name(),
                                Words.ago(r.since(), now),
                                Words.orDash(r.mode().map(ReplicationMode::wire)),
                                Words.size(r.bytes()),
                                Words.orDash(r.evidence().map(ReplicaEvidence::checkedAt)),
                                Words.orDash(r.reason())))
                        .toList());
        build.replicas().forEach(r -> r.evidence().ifPresent(seen -> evidence(r.region(), seen, console)));
        build.replicas().stream()
                .filter(r -> r.status() != ReplicaStatus.COMPLETE)
                .forEach(r -> console.line(r.region() + " lags since " + build.createdAt() + " ("
                        + Words.span(Duration.between(build.createdAt(), now)) + ")"));
    }

    private static void evidence(RegionName region, ReplicaEvidence seen, Console console) {
        List<String> facts = new ArrayList<>(List.of("etag " + seen.etag()));
        seen.version().ifPresent(version -> facts.add("version " + version));
        seen.checksum().ifPresent(checksum -> facts.add("checksum " + checksum));
        facts.add("bytes read back at "
                + String.join(
                        ", ",
                        seen.checkedRanges().stream()
                                .map(CheckedRange::toString)
                                .toList()));
        console.line(region + ": " + String.join(", ", facts));
    }

    static void release(Release release, Optional<Long> firstMs, Optional<Long> lastMs, Console console) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("release", release.id().toString()));
        rows.add(List.of("app", release.app().toString()));
        rows.add(List.of("build", release.build().toString()));
        rows.add(List.of("seq", release.seq().toString()));
        rows.add(List.of("status", release.status().wire()));
        rows.add(List.of("regions", joined(release.regions())));
        rows.add(List.of("machines", release.machinesOk() + " of " + release.machinesTotal()));
        rows.add(List.of("requested", release.createdAt() + " by " + release.requestedBy()));
        add(rows, "rollback of", release.rollbackOf());
        add(rows, "flipped", release.flippedAt());
        add(rows, "first machine", firstMs.map(ms -> ms + " ms after the flip"));
        add(rows, "last machine", lastMs.map(ms -> ms + " ms after the flip"));
        add(rows, "finished", release.finishedAt());
        add(rows, "reason", release.reason());
        console.columns(rows);
        release.missing().forEach((machine, why) -> console.line("missing: " + machine + ": " + why));
    }

    private static String joined(List<RegionName> regions) {
        return String.join(", ", regions.stream().map(Object::toString).toList());
    }

    static String source(JobSource source) {
        return switch (source) {
            case JobSource.Git git -> git.url() + " at " + git.ref();
            case JobSource.Directory directory -> directory.path();
            case JobSource.Tarball tarball -> "tarball " + tarball.sha256();
        };
    }

    private static void add(List<List<String>> rows, String name, Optional<?> value) {
        value.ifPresent(v -> rows.add(List.of(name, v.toString())));
    }
}
