package dev.shoal.activities.jobs;

import dev.shoal.model.HostId;
import dev.shoal.model.JobId;
import dev.shoal.model.job.AppLimits;
import dev.shoal.model.job.Job;
import dev.shoal.workflows.Lease;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;

/** Who carries which job: the statements that hand one over. */
final class JobClaims {
    private JobClaims() {}

    /** What the ticket holds, else the first queued job whose app has room. @throws StoreException if the database is at fault */
    static Optional<Job> claim(Database database, String workflowId, HostId host) {
        String operation = "claim by " + workflowId;
        return fresh(database, operation, workflowId, host)
                .or(() -> database.inStatement(operation, h -> held(h, workflowId, host)))
                .or(() -> database.inTransaction(operation, h -> withinLimits(h, workflowId, host)));
    }

    private static Optional<Job> fresh(Database database, String operation, String workflowId, HostId host) {
        try {
            return database.inStatement(operation, h -> fresh(h, workflowId, host));
        } catch (StoreException e) {
            if (Database.isUniqueViolation(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * The first queued job, for a ticket that holds none: one statement, so that a host waits for one answer and one fsync. Empty while
     * any app has a limit. The CTE is the fence: {@code FOR UPDATE} keeps it from being inlined into a nested loop that would claim
     * more than one row.
     *
     * @throws JdbiException with a unique violation if the ticket holds a job, or is given one by a request that timed out and goes on
     */
    private static Optional<Job> fresh(Handle h, String workflowId, HostId host) {
        return Rows.oneJob(h.createQuery("""
                WITH c AS (
                  SELECT id FROM jobs WHERE status = 'queued' AND NOT EXISTS (SELECT 1 FROM app_limits)
                  ORDER BY priority, created_at, id
                  LIMIT 1 FOR UPDATE SKIP LOCKED)
                UPDATE jobs j SET status = 'running', stage = 'building', attempt = j.attempt + 1, host_id = :host,
                       workflow_id = :ticket, started_at = clock_timestamp(), last_heart_beat = clock_timestamp()
                FROM c WHERE j.id = c.id RETURNING j.*""").bind("host", host.value()).bind("ticket", workflowId));
    }

    /** What the ticket holds, else the first queued job, see {@code V8__claim.sql}. Empty, without a look at the queue, while any app has a limit. */
    static Optional<Job> held(Handle h, String workflowId, HostId host) {
        return Rows.oneJob(h.createQuery("""
                        SELECT * FROM claim_job(:ticket, :host) WHERE NOT EXISTS (SELECT 1 FROM app_limits)""").bind("ticket", workflowId).bind("host", host.value()));
    }

    /** What {@link #held} does, while apps have limits; empty if none has. */
    private static Optional<Job> withinLimits(Handle h, String workflowId, HostId host) {
        AppLimits limits = CappedClaim.limits(h);
        if (limits.equals(AppLimits.NONE)) {
            return Optional.empty();
        }
        h.createQuery("SELECT true FROM (SELECT pg_advisory_xact_lock(hashtextextended(:wf, 0))) AS locked")
                .bind("wf", workflowId)
                .mapTo(Boolean.class)
                .one();
        Optional<Job> held = Rows.oneJob(
                h.createQuery("SELECT * FROM jobs WHERE status = 'running' AND workflow_id = :wf FOR UPDATE")
                        .bind("wf", workflowId));
        if (held.isPresent()) {
            return held.get().host().equals(Optional.of(host))
                    ? held
                    : takeOver(h, held.get().id(), host);
        }
        return CappedClaim.pick(h, limits)
                .flatMap(id -> Rows.oneJob(h.createQuery("""
                UPDATE jobs SET status = 'running', stage = 'building', attempt = attempt + 1, host_id = :host,
                       workflow_id = :wf, started_at = clock_timestamp(), last_heart_beat = clock_timestamp()
                WHERE id = :id RETURNING *""")
                        .bind("id", id)
                        .bind("host", host.value())
                        .bind("wf", workflowId)));
    }

    static Optional<Job> reclaim(Handle h, Lease lost, String workflowId, HostId host) {
        Optional<Job> held =
                Rows.oneJob(h.createQuery("""
                        SELECT * FROM jobs WHERE id = :id AND status = 'running' AND workflow_id = :wf FOR UPDATE""").bind("id", lost.job().value()).bind("wf", workflowId));
        // A retry of this very request, whose first answer was lost, finds its own claim.
        boolean ownAlready = held.filter(
                        job -> job.attempt() > lost.attempt() && job.host().equals(Optional.of(host)))
                .isPresent();
        return ownAlready ? held : held.flatMap(job -> takeOver(h, job.id(), host));
    }

    private static Optional<Job> takeOver(Handle h, JobId id, HostId host) {
        return Rows.oneJob(h.createQuery("""
                UPDATE jobs SET attempt = attempt + 1, host_id = :host, stage = 'building',
                       last_heart_beat = clock_timestamp()
                WHERE id = :id RETURNING *""").bind("id", id.value()).bind("host", host.value()));
    }
}
