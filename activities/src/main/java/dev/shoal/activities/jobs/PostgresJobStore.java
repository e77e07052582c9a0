package dev.shoal.activities.jobs;

import dev.shoal.model.AppName;
import dev.shoal.model.HostId;
import dev.shoal.model.JobId;
import dev.shoal.model.gate.Completeness;
import dev.shoal.model.job.AppLimits;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobRequest;
import dev.shoal.model.job.JobStage;
import dev.shoal.model.job.JobStatus;
import dev.shoal.model.json.Json;
import dev.shoal.workflows.Lease;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;

/** The queue on Postgres. Thread-safe. */
public final class PostgresJobStore implements JobStore {
    private final Database database;

    public PostgresJobStore(Database database) {
        this.database = database;
    }

    @Override
    public Submission submit(JobRequest request, Optional<String> key, String submittedBy) {
        String hash = sha256(Json.bytes(request));
        return database.inTransaction("submit of " + request.app(), h -> {
            // ON CONFLICT DO NOTHING waits for a concurrent insert of the same key, so the row is there to be read
            // below.
            Optional<Job> inserted = Rows.oneJob(h.createQuery("""
                    INSERT INTO jobs (job_name, source, priority, release, regions, policy, limits, submitted_by,
                                      idempotency_key, request_hash)
                    VALUES (:name, CAST(:source AS jsonb), :priority, :release, :regions, :policy, CAST(:limits AS jsonb), :by,
                            :key, :hash)
                    ON CONFLICT (submitted_by, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING
                    RETURNING *""")
                    .bind("name", request.app().value())
                    .bind("source", PostgresText.json(request.source()))
                    .bind("priority", request.priority())
                    .bind("release", request.release())
                    .bindArray("regions", String.class, (Object[]) Rows.names(request.regions()))
                    .bind("policy", request.policy().map(Completeness::wire).orElse(null))
                    .bind("limits", request.limits().map(Json::text).orElse(null))
                    .bind("by", submittedBy)
                    .bind("key", key.orElse(null))
                    .bind("hash", hash));
            return inserted.<Submission>map(Submission.Accepted::new)
                    .orElseGet(() -> existing(h, key, submittedBy, hash));
        });
    }

    private static Submission existing(Handle h, Optional<String> key, String submittedBy, String hash) {
        Job job = Rows.oneJob(h.createQuery("SELECT * FROM jobs WHERE submitted_by = :by AND idempotency_key = :key")
                        .bind("by", submittedBy)
                        .bind("key", key.orElseThrow()))
                .orElseThrow();
        boolean same = h.createQuery("SELECT request_hash = :hash FROM jobs WHERE id = :id")
                .bind("hash", hash)
                .bind("id", job.id().value())
                .mapTo(Boolean.class)
                .one();
        return same ? new Submission.Duplicate(job) : new Submission.Conflict(job.id());
    }

    @Override
    public Optional<Job> find(JobId id) {
        return database.inStatement(
                "find of job " + id,
                h -> Rows.oneJob(
                        h.createQuery("SELECT * FROM jobs WHERE id = :id").bind("id", id.value())));
    }

    @Override
    public List<Job> list(JobStore.Query query) {
        // Only the conditions that are asked for, and the status as a literal: "given IS NULL OR …" would keep the
        // planner
        // from the index that makes this a page and not the whole history.
        String conditions = query.status()
                        .map(status -> " AND status = '" + status.wire() + "'")
                        .orElse("")
                + query.app().map(app -> " AND job_name = :app").orElse("")
                + query.before().map(before -> " AND id < :before").orElse("");
        return database.inStatement("list of jobs", h -> {
            org.jdbi.v3.core.statement.Query select = h.createQuery(
                            "SELECT * FROM jobs WHERE true" + conditions + " ORDER BY id DESC LIMIT :limit")
                    .bind("limit", query.limit());
            query.app().ifPresent(app -> select.bind("app", app.value()));
            query.before().ifPresent(before -> select.bind("before", before.value()));
            return select.map((row, context) -> Rows.job(row)).list();
        });
    }

    @Override
    public Optional<Job> claim(String workflowId, HostId host) {
        return JobClaims.claim(database, workflowId, host);
    }

    @Override
    public Optional<Job> reclaim(Lease lost, String workflowId, HostId host) {
        return database.inTransaction("reclaim of " + lost, h -> JobClaims.reclaim(h, lost, workflowId, host));
    }

    @Override
    public Beat heartbeat(Lease lease, JobStage stage) {
        // A heartbeat that a crash of Postgres undoes is one heartbeat late: nothing waits for the disk.
        return database.inStatement(
                "heartbeat of " + lease,
                h -> h.createQuery("""
                        UPDATE jobs SET last_heart_beat = clock_timestamp(), stage = :stage
                        FROM (SELECT set_config('synchronous_commit', 'off', true)) AS setting
                        WHERE id = :id AND attempt = :attempt AND status = 'running' RETURNING cancel_requested""")
                        .bind("stage", stage.wire())
                        .bind("id", lease.job().value())
                        .bind("attempt", lease.attempt())
                        .mapTo(Boolean.class)
                        .findOne()
                        .map(cancelled -> cancelled ? Beat.CANCEL_REQUESTED : Beat.OWNED)
                        .orElse(Beat.LOST));
    }

    @Override
    public boolean attemptLost(Lease lease, String reason) {
        return database.inStatement(
                "loss of " + lease,
                h -> fenced(h, lease, "reason = :reason", u -> u.bind("reason", PostgresText.of(reason))));
    }

    @Override
    public boolean requeue(Lease lease, String reason) {
        return database.inStatement(
                "requeue of " + lease, h -> fenced(h, lease, """
                        status = 'queued', stage = 'queued', host_id = NULL, workflow_id = NULL, started_at = NULL,
                        last_heart_beat = NULL, reason = :reason""", u -> u.bind("reason", PostgresText.of(reason))));
    }

    @Override
    public boolean fail(Lease lease, String reason, Optional<String> logTail) {
        return finish(lease, JobStatus.FAILED, Optional.of(reason), logTail);
    }

    @Override
    public boolean stop(Lease lease, String reason) {
        return finish(lease, JobStatus.STOPPED, Optional.of(reason), Optional.empty());
    }

    @Override
    public boolean succeed(Lease lease) {
        return finish(lease, JobStatus.SUCCESS, Optional.empty(), Optional.empty());
    }

    /** A repeated end with the same status and attempt is the same end, so that an activity may be retried. */
    private boolean finish(Lease lease, JobStatus status, Optional<String> reason, Optional<String> logTail) {
        String operation = status.wire() + " of " + lease;
        return database.inStatement(operation, h -> {
            boolean ended = fenced(
                    h,
                    lease,
                    "status = :status, stage = 'done', reason = :reason, log_tail = :tail, finished_at = clock_timestamp()",
                    u -> u.bind("status", status.wire())
                            .bind("reason", PostgresText.of(reason))
                            .bind("tail", PostgresText.of(logTail)));
            return ended
                    || h.createQuery("SELECT status = :status AND attempt = :attempt FROM jobs WHERE id = :id")
                            .bind("status", status.wire())
                            .bind("attempt", lease.attempt())
                            .bind("id", lease.job().value())
                            .mapTo(Boolean.class)
                            .findOne()
                            .orElse(false);
        });
    }

    private static boolean fenced(Handle h, Lease lease, String assignments, UnaryOperator<Update> binds) {
        Update update = h.createUpdate("UPDATE jobs SET " + assignments
                        + " WHERE id = :id AND attempt = :attempt AND status = 'running'")
                .bind("id", lease.job().value())
                .bind("attempt", lease.attempt());
        return binds.apply(update).execute() == 1;
    }

    @Override
    public Cancellation cancel(JobId id) {
        return database.inTransaction("cancel of job " + id, h -> {
            Optional<Job> found = Rows.oneJob(h.createQuery("SELECT * FROM jobs WHERE id = :id FOR UPDATE")
                    .bind("id", id.value()));
            if (found.isEmpty()) {
                return new Cancellation.Unknown();
            }
            return switch (found.get().status()) {
                case QUEUED -> new Cancellation.Stopped(updated(h, id, """
                        status = 'stopped', stage = 'done', reason = 'cancelled before it was claimed',
                        cancel_requested = true, finished_at = clock_timestamp()"""));
                case RUNNING -> new Cancellation.Requested(updated(h, id, "cancel_requested = true"));
                case FAILED, STOPPED, SUCCESS -> new Cancellation.AlreadyFinal(found.get());
            };
        });
    }

    @Override
    public Retry retry(JobId id, String submittedBy) {
        return database.inTransaction("retry of job " + id, h -> {
            Optional<Job> inserted =
                    Rows.oneJob(h.createQuery("""
                    INSERT INTO jobs (job_name, source, priority, release, regions, policy, limits, submitted_by, request_hash, retry_of)
                    SELECT job_name, source, priority, release, regions, policy, limits, :by, request_hash, id FROM jobs
                    WHERE id = :id AND status IN ('failed', 'stopped')
                    ON CONFLICT (retry_of) WHERE retry_of IS NOT NULL DO NOTHING
                    RETURNING *""").bind("id", id.value()).bind("by", submittedBy));
            if (inserted.isPresent()) {
                return new Retry.Accepted(inserted.get());
            }
            Optional<Job> earlier = Rows.oneJob(
                    h.createQuery("SELECT * FROM jobs WHERE retry_of = :id").bind("id", id.value()));
            if (earlier.isPresent()) {
                return new Retry.Duplicate(earlier.get());
            }
            return Rows.oneJob(
                            h.createQuery("SELECT * FROM jobs WHERE id = :id").bind("id", id.value()))
                    .<Retry>map(Retry.NothingToRetry::new)
                    .orElseGet(Retry.Unknown::new);
        });
    }

    private static Job updated(Handle h, JobId id, String assignments) {
        return Rows.oneJob(h.createQuery("UPDATE jobs SET " + assignments + " WHERE id = :id RETURNING *")
                        .bind("id", id.value()))
                .orElseThrow();
    }

    @Override
    public List<Job> stale(Duration threshold) {
        return database.inStatement(
                "look for stale jobs",
                h -> h.createQuery("""
                        SELECT * FROM jobs WHERE status = 'running'
                          AND last_heart_beat < clock_timestamp() - make_interval(secs => :seconds)
                        ORDER BY last_heart_beat, id""")
                        .bind("seconds", threshold.toMillis() / 1000.0)
                        .map((row, context) -> Rows.job(row))
                        .list());
    }

    @Override
    public List<Job> runningOn(HostId host) {
        return database.inTransaction(
                "running jobs of " + host,
                h -> h.createQuery("SELECT * FROM jobs WHERE status = 'running' AND host_id = :host ORDER BY id")
                        .bind("host", host.value())
                        .map((row, context) -> Rows.job(row))
                        .list());
    }

    @Override
    public Depth depth() {
        return database.inTransaction(
                "depth of the queue",
                h -> h.createQuery("""
                        SELECT (SELECT count(*) FROM jobs WHERE status = 'queued') AS queued,
                               (SELECT count(*) FROM jobs WHERE status = 'running') AS running,
                               (SELECT extract(epoch FROM clock_timestamp() - min(created_at)) FROM jobs WHERE status = 'queued')
                                 AS age""")
                        .map((row, context) ->
                                new Depth(row.getInt("queued"), row.getInt("running"), Duration.ofMillis((long)
                                        (row.getDouble("age") * 1000))))
                        .one());
    }

    @Override
    public long claimable() {
        return database.inTransaction("count of claimable jobs", CappedClaim::claimable);
    }

    @Override
    public AppLimits limits() {
        return database.inStatement("limits", CappedClaim::limits);
    }

    @Override
    public void limit(Optional<AppName> app, Optional<Integer> maxRunning) {
        database.inStatement("limit of an app", h -> CappedClaim.limit(h, app, maxRunning));
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
