package dev.shoal.activities.jobs;

import dev.shoal.activities.jobs.RetentionStore.JobBatch;
import dev.shoal.model.JobId;
import dev.shoal.model.RegionName;
import dev.shoal.model.retention.RetentionPolicy;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;

/**
 * Logs and rows of jobs that ended long ago. Walks the primary key, which follows the time of submission, from its old end: an
 * index on {@code finished_at} would be written at every end of a job. Each method is within the caller's transaction.
 */
final class FinishedJobs {
    /** A job that takes longer to end no longer holds up the logs of those after it; its own goes with its row. */
    private static final Duration PATIENCE = Duration.ofDays(7);

    private FinishedJobs() {}

    private record Row(JobId id, Instant createdAt, Optional<Instant> finishedAt, boolean buildStays) {}

    // ---- logs

    /** From the cursor on. */
    static JobBatch oldLogs(Handle h, RetentionPolicy policy) {
        return oldLogs(
                h,
                policy,
                h.createQuery("SELECT log_cursor FROM retention")
                        .mapTo(Long.class)
                        .one());
    }

    static JobBatch oldLogs(Handle h, RetentionPolicy policy, long after) {
        Instant now = RetentionFacts.now(h);
        List<JobId> jobs = new ArrayList<>();
        long last = after;
        List<Row> rows = h.createQuery("""
                        SELECT id, created_at, finished_at, false AS stays FROM jobs WHERE id > :after ORDER BY id LIMIT :limit""")
                .bind("after", after)
                .bind("limit", RetentionStore.BATCH)
                .map((row, context) -> row(row))
                .list();
        for (Row row : rows) {
            if (row.finishedAt().filter(at -> policy.dropsLog(at, now)).isPresent()) {
                jobs.add(row.id());
            } else if (!policy.dropsLog(row.createdAt().plus(PATIENCE), now)) {
                break;
            }
            last = row.id().value();
        }
        return new JobBatch(jobs, last == after ? OptionalLong.empty() : OptionalLong.of(last));
    }

    /** Moves the cursor, in the transaction that condemns. */
    static JobBatch condemnLogs(Handle h, RetentionPolicy policy, RegionName home) {
        // Two monitors, one after the other.
        long cursor = h.createQuery("SELECT log_cursor FROM retention FOR UPDATE")
                .mapTo(Long.class)
                .one();
        JobBatch batch = oldLogs(h, policy, cursor);
        batch.next()
                .ifPresent(next -> h.createUpdate("UPDATE retention SET log_cursor = :next")
                        .bind("next", next)
                        .execute());
        if (!batch.jobs().isEmpty()) {
            ObjectDeletions.condemn(h, logs(batch.jobs()), List.of(home));
            Retirement.Audit.append(h, "retention.logs", range(batch.jobs()), count(batch.jobs()));
        }
        return batch;
    }

    // ---- rows

    static JobBatch oldJobs(Handle h, RetentionPolicy policy, long after) {
        Instant now = RetentionFacts.now(h);
        List<Row> rows = h.createQuery("""
                        SELECT j.id, j.created_at, j.finished_at,
                               EXISTS (SELECT 1 FROM builds b WHERE b.job_id = j.id AND (b.retired_at IS NULL OR EXISTS (
                                         SELECT 1 FROM releases r WHERE r.build_name = b.build_name AND r.finished_at IS NULL)))
                                 AS stays
                        FROM (SELECT id, created_at, finished_at FROM jobs WHERE id > :after ORDER BY id LIMIT :limit) j
                        ORDER BY j.id""")
                .bind("after", after)
                .bind("limit", RetentionStore.BATCH)
                .map((row, context) -> row(row))
                .list();
        List<JobId> jobs = rows.stream()
                .filter(row -> !row.buildStays())
                .filter(row ->
                        row.finishedAt().filter(at -> policy.dropsJob(at, now)).isPresent())
                .map(Row::id)
                .toList();
        boolean more = rows.size() == RetentionStore.BATCH
                && policy.dropsJob(rows.getLast().createdAt(), now);
        return new JobBatch(jobs, more ? OptionalLong.of(rows.getLast().id().value()) : OptionalLong.empty());
    }

    static JobBatch delete(Handle h, RetentionPolicy policy, long after, RegionName home) {
        JobBatch batch = oldJobs(h, policy, after);
        Object[] locked = h.createQuery("""
                        SELECT id FROM jobs WHERE id = ANY (:ids) AND finished_at IS NOT NULL ORDER BY id FOR UPDATE SKIP LOCKED""")
                .bindArray(
                        "ids",
                        Long.class,
                        batch.jobs().stream().map(JobId::value).toArray())
                .mapTo(Long.class)
                .list()
                .toArray();
        if (locked.length == 0) {
            return new JobBatch(List.of(), batch.next());
        }
        deleteBuilds(h, locked);
        for (String statement : List.of(
                "DELETE FROM source_jobs WHERE job_id = ANY (:ids)",
                "DELETE FROM artifact_claims WHERE job_id = ANY (:ids)",
                "DELETE FROM jobs WHERE id = ANY (:ids)")) {
            h.createUpdate(statement).bindArray("ids", Long.class, locked).execute();
        }
        List<JobId> deleted =
                Arrays.stream(locked).map(id -> new JobId((Long) id)).toList();
        ObjectDeletions.condemn(h, logs(deleted), List.of(home));
        Retirement.Audit.append(h, "retention.jobs", range(deleted), count(deleted));
        return new JobBatch(deleted, batch.next());
    }

    /** Only retired ones are left to these jobs, and nothing can make a retired build's release. */
    private static void deleteBuilds(Handle h, Object[] jobs) {
        Object[] builds = h.createQuery("SELECT build_name FROM builds WHERE job_id = ANY (:ids)")
                .bindArray("ids", Long.class, jobs)
                .mapTo(String.class)
                .list()
                .toArray();
        for (String statement : List.of(
                """
                DELETE FROM arrivals a USING releases r
                WHERE r.build_name = ANY (:builds) AND a.app = r.app AND a.seq = r.seq""",
                "DELETE FROM releases WHERE build_name = ANY (:builds)",
                "DELETE FROM build_replicas WHERE build_name = ANY (:builds)",
                "DELETE FROM builds WHERE build_name = ANY (:builds)")) {
            h.createUpdate(statement).bindArray("builds", String.class, builds).execute();
        }
    }

    private static Row row(ResultSet row) throws SQLException {
        return new Row(
                new JobId(row.getLong("id")),
                Rows.instant(row, "created_at").orElseThrow(),
                Rows.instant(row, "finished_at"),
                row.getBoolean("stays"));
    }

    private static List<String> logs(List<JobId> jobs) {
        return jobs.stream().map(job -> "logs/" + job + "/").toList();
    }

    private static String range(List<JobId> jobs) {
        return "jobs " + jobs.getFirst() + " to " + jobs.getLast();
    }

    private static Map<String, String> count(List<JobId> jobs) {
        return Map.of("count", Integer.toString(jobs.size()));
    }
}
