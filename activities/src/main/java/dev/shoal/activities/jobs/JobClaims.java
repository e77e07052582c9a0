package dev.shoal.activities.jobs;

import dev.shoal.model.HostId;
import dev.shoal.model.JobId;
import dev.shoal.model.job.Job;
import dev.shoal.workflows.Lease;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Who carries which job: the statements that hand one over, each within the caller's transaction. */
final class JobClaims {
    private JobClaims() {}

    static Optional<Job> claim(Handle h, String workflowId, HostId host) {
        // A claim that timed out may still be running while its retry is: one after the other, or both would get a job.
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
        // The CTE is the fence: FOR UPDATE keeps it from being inlined into a nested loop that would claim more than
        // one row.
        return Rows.oneJob(h.createQuery("""
                WITH c AS (
                  SELECT id FROM jobs WHERE status = 'queued'
                  ORDER BY priority, created_at, id
                  LIMIT 1 FOR UPDATE SKIP LOCKED)
                UPDATE jobs j SET status = 'running', stage = 'building', attempt = j.attempt + 1, host_id = :host,
                       workflow_id = :wf, started_at = clock_timestamp(), last_heart_beat = clock_timestamp()
                FROM c WHERE j.id = c.id RETURNING j.*""").bind("host", host.value()).bind("wf", workflowId));
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
