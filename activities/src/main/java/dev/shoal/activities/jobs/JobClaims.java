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

    /** See {@code V8__claim.sql}: one statement. */
    static Optional<Job> claim(Handle h, String workflowId, HostId host) {
        return Rows.oneJob(h.createQuery("SELECT * FROM claim_job(:ticket, :host)")
                .bind("ticket", workflowId)
                .bind("host", host.value()));
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
