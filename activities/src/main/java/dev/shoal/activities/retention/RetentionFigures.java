package dev.shoal.activities.retention;

import dev.shoal.activities.blobs.StoredObjects.Removed;
import dev.shoal.activities.jobs.RetentionState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** What this process has deleted since it started, for its metrics. Thread-safe. */
public final class RetentionFigures {
    private final AtomicLong objects = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong builds = new AtomicLong();
    private final AtomicLong jobs = new AtomicLong();
    private final AtomicLong logs = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();

    void removed(Removed removed) {
        objects.addAndGet(removed.objects());
        bytes.addAndGet(removed.bytes());
    }

    void retired(int count) {
        builds.addAndGet(count);
    }

    void deletedJobs(int count) {
        jobs.addAndGet(count);
    }

    void condemnedLogs(int count) {
        logs.addAndGet(count);
    }

    void failed() {
        failures.incrementAndGet();
    }

    /** How often a round, or a region's part of one, failed. */
    public long failures() {
        return failures.get();
    }

    /** In Prometheus's text format, version 0.0.4, with what the database knows. */
    public String toPrometheus(RetentionState state) {
        StringBuilder text = new StringBuilder();
        line(
                text,
                "shoal_retention_enabled",
                "gauge",
                "1 if the monitors delete by a policy.",
                state.policy().isPresent() ? 1 : 0);
        line(text, "shoal_retention_deleted_objects_total", "counter", "Objects deleted.", objects.get());
        line(text, "shoal_retention_deleted_bytes_total", "counter", "Bytes deleted.", bytes.get());
        line(text, "shoal_retention_retired_builds_total", "counter", "Builds retired.", builds.get());
        line(text, "shoal_retention_deleted_jobs_total", "counter", "Rows of jobs deleted.", jobs.get());
        line(text, "shoal_retention_condemned_logs_total", "counter", "Logs condemned for their age.", logs.get());
        line(
                text,
                "shoal_retention_failures_total",
                "counter",
                "Rounds, or regions' parts of them, that failed.",
                failures.get());
        line(
                text,
                "shoal_retention_oldest_finished_job_seconds",
                "gauge",
                "Since the oldest job that is kept has ended.",
                age(state, state.oldestFinishedJob()));
        state.lastRound()
                .ifPresent(at -> line(
                        text,
                        "shoal_retention_last_round_seconds",
                        "gauge",
                        "Since a round has come to its end.",
                        age(state, Optional.of(at))));
        head(text, "shoal_retention_pending_prefixes", "gauge", "Condemned and not yet deleted.");
        state.pending()
                .forEach(each -> text.append("shoal_retention_pending_prefixes{region=\"%s\"} %d\n"
                        .formatted(each.region(), each.prefixes())));
        head(text, "shoal_retention_oldest_pending_seconds", "gauge", "Since the oldest of them was condemned.");
        state.pending()
                .forEach(each -> text.append("shoal_retention_oldest_pending_seconds{region=\"%s\"} %d\n"
                        .formatted(each.region(), age(state, Optional.of(each.since())))));
        return text.toString();
    }

    private static long age(RetentionState state, Optional<Instant> since) {
        return since.map(at -> Duration.between(at, state.now()).toSeconds()).orElse(0L);
    }

    private static void line(StringBuilder text, String name, String type, String help, long value) {
        head(text, name, type, help);
        text.append(name).append(' ').append(value).append('\n');
    }

    private static void head(StringBuilder text, String name, String type, String help) {
        text.append("# HELP %s %s\n# TYPE %s %s\n".formatted(name, help, name, type));
    }
}
