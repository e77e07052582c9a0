package dev.shoal.activities.jobs;

import dev.shoal.model.HostId;
import dev.shoal.model.JobId;
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
            Optional<Job> inserted = one(h.createQuery("""
                    INSERT INTO jobs (job_name, source, priority, release, regions, submitted_by, idempotency_key, request_hash)
                    VALUES (:name, CAST(:source AS jsonb), :priority, :release, :regions, :by, :key, :hash)
                    ON CONFLICT (submitted_by, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING
                    RETURNING *""")
                    .bind("name", request.app().value())
                    .bind("source", Json.text(request.source()))
                    .bind("priority", request.priority())
                    .bind("release", request.release())
                    .bindArray("regions", String.class, (Object[]) Rows.names(request.regions()))
                    .bind("by", submittedBy)
                    .bind("key", key.orElse(null))
                    .bind("hash", hash));
            return inserted.<Submission>map(Submission.Accepted::new)
                    .orElseGet(() -> existing(h, key, submittedBy, hash));
        });
    }

    private static Submission existing(Handle h, Optional<String> key, String submittedBy, String hash) {
        Job job = one(h.createQuery("SELECT * FROM jobs WHERE submitted_by = :by AND idempotency_key = :key")
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
        return database.inTransaction(
                "find of job " + id,
                h -> one(h.createQuery("SELECT * FROM jobs WHERE id = :id").bind("id", id.value())));
    }

    @Override
    public List<Job> list(JobStore.Query query) {
        return database.inTransaction(
                "list of jobs",
                h -> h.createQuery("""
                        SELECT * FROM jobs
                        WHERE (CAST(:status AS text) IS NULL OR status = :status)
                          AND (CAST(:app AS text) IS NULL OR job_name = :app)
                          AND (CAST(:before AS bigint) IS NULL OR id < :before)
                        ORDER BY id DESC LIMIT :limit""")
                        .bind("status", query.status().map(JobStatus::wire).orElse(null))
                        .bind("app", query.app().map(a -> a.value()).orElse(null))
                        .bind("before", query.before().map(JobId::value).orElse(null))
                        .bind("limit", query.limit())
                        .map((row, context) -> Rows.job(row))
                        .list());
    }

    @Override
    public Optional<Job> claim(String workflowId, HostId host) {
        return database.inTransaction("claim by " + workflowId, h -> {
            Optional<Job> held =
                    one(h.createQuery("SELECT * FROM jobs WHERE status = 'running' AND workflow_id = :wf FOR UPDATE")
                            .bind("wf", workflowId));
            if (held.isPresent()) {
                boolean sameHost = held.get().host().equals(Optional.of(host));
                return sameHost ? held : takeOver(h, held.get().id(), workflowId, host);
            }
            // The CTE is the fence: FOR UPDATE keeps it from being inlined into a nested loop that would claim more
            // than one row.
            return one(h.createQuery("""
                    WITH c AS (
                      SELECT id FROM jobs WHERE status = 'queued'
                      ORDER BY priority, created_at, id
                      LIMIT 1 FOR UPDATE SKIP LOCKED)
                    UPDATE jobs j SET status = 'running', stage = 'building', attempt = j.attempt + 1, host_id = :host,
                           workflow_id = :wf, started_at = clock_timestamp(), last_heart_beat = clock_timestamp()
                    FROM c WHERE j.id = c.id RETURNING j.*""").bind("host", host.value()).bind("wf", workflowId));
        });
    }

    @Override
    public Optional<Job> reclaim(Lease lost, String workflowId, HostId host) {
        return database.inTransaction("reclaim of " + lost, h -> {
            Optional<Job> held =
                    one(h.createQuery("SELECT * FROM jobs WHERE id = :id AND status = 'running' FOR UPDATE")
                            .bind("id", lost.job().value()));
            if (held.isEmpty() || !held.get().workflowId().equals(Optional.of(workflowId))) {
                return Optional.empty();
            }
            Job job = held.get();
            // A retry of this very request, whose first answer was lost, finds its own claim.
            if (job.attempt() > lost.attempt() && job.host().equals(Optional.of(host))) {
                return held;
            }
            return takeOver(h, job.id(), workflowId, host);
        });
    }

    private static Optional<Job> takeOver(Handle h, JobId id, String workflowId, HostId host) {
        return one(h.createQuery("""
                UPDATE jobs SET attempt = attempt + 1, host_id = :host, workflow_id = :wf, stage = 'building',
                       last_heart_beat = clock_timestamp()
                WHERE id = :id RETURNING *""")
                .bind("id", id.value())
                .bind("host", host.value())
                .bind("wf", workflowId));
    }

    @Override
    public Beat heartbeat(Lease lease, JobStage stage) {
        return database.inTransaction(
                "heartbeat of " + lease,
                h -> h.createQuery("""
                        UPDATE jobs SET last_heart_beat = clock_timestamp(), stage = :stage
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
        return fenced("attempt lost", lease, "reason = :reason", u -> u.bind("reason", reason));
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
        boolean ended = fenced(
                status.wire(),
                lease,
                """
                status = :status, stage = 'done', reason = :reason, log_tail = :tail, finished_at = clock_timestamp()""",
                u -> u.bind("status", status.wire())
                        .bind("reason", reason.orElse(null))
                        .bind("tail", logTail.orElse(null)));
        return ended
                || find(lease.job())
                        .filter(j -> j.status() == status && j.attempt() == lease.attempt())
                        .isPresent();
    }

    private boolean fenced(
            String operation, Lease lease, String assignments, java.util.function.UnaryOperator<Update> binds) {
        return database.inTransaction(operation + " of " + lease, h -> {
            Update update = h.createUpdate("UPDATE jobs SET " + assignments
                            + " WHERE id = :id AND attempt = :attempt AND status = 'running'")
                    .bind("id", lease.job().value())
                    .bind("attempt", lease.attempt());
            return binds.apply(update).execute() == 1;
        });
    }

    @Override
    public Cancellation cancel(JobId id) {
        return database.inTransaction("cancel of job " + id, h -> {
            Optional<Job> found = one(h.createQuery("SELECT * FROM jobs WHERE id = :id FOR UPDATE")
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

    private static Job updated(Handle h, JobId id, String assignments) {
        return one(h.createQuery("UPDATE jobs SET " + assignments + " WHERE id = :id RETURNING *")
                        .bind("id", id.value()))
                .orElseThrow();
    }

    @Override
    public List<Job> stale(Duration threshold) {
        return database.inTransaction(
                "look for stale jobs",
                h -> h.createQuery("""
                        SELECT * FROM jobs WHERE status = 'running'
                          AND last_heart_beat < clock_timestamp() - make_interval(secs => :seconds)
                        ORDER BY last_heart_beat""")
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
                        SELECT count(*) FILTER (WHERE status = 'queued') AS queued,
                               count(*) FILTER (WHERE status = 'running') AS running,
                               coalesce(extract(epoch FROM clock_timestamp() - min(created_at) FILTER (WHERE status = 'queued')), 0) AS age
                        FROM jobs WHERE status IN ('queued', 'running')""")
                        .map((row, context) ->
                                new Depth(row.getInt("queued"), row.getInt("running"), Duration.ofMillis((long)
                                        (row.getDouble("age") * 1000))))
                        .one());
    }

    private static Optional<Job> one(org.jdbi.v3.core.statement.Query query) {
        return query.map((row, context) -> Rows.job(row)).findOne();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
