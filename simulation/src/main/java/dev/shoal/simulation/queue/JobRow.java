package dev.shoal.simulation.queue;

import dev.shoal.model.BuildName;
import dev.shoal.model.HostId;
import dev.shoal.model.JobId;
import dev.shoal.model.gate.Completeness;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobRequest;
import dev.shoal.model.job.JobStage;
import dev.shoal.model.job.JobStatus;
import java.time.Instant;
import java.util.Optional;

/** What changes about a job, beside what does not, in {@link InMemoryJobStore}. Guarded by its lock. */
final class JobRow {
    final JobId id;
    final JobRequest request;
    final String submittedBy;
    final Instant createdAt;
    JobStatus status = JobStatus.QUEUED;
    JobStage stage = JobStage.QUEUED;
    int attempt;
    boolean cancelRequested;
    Optional<Instant> lastHeartBeat = Optional.empty();
    Optional<HostId> host = Optional.empty();
    Optional<String> workflowId = Optional.empty();
    Optional<Instant> startedAt = Optional.empty();
    Optional<Instant> finishedAt = Optional.empty();
    Optional<BuildName> build = Optional.empty();
    Optional<String> reason = Optional.empty();
    Optional<String> logTail = Optional.empty();
    Optional<JobId> retryOf = Optional.empty();

    JobRow(JobId id, JobRequest request, String submittedBy, Instant createdAt) {
        this.id = id;
        this.request = request;
        this.submittedBy = submittedBy;
        this.createdAt = createdAt;
    }

    boolean isRunning() {
        return status == JobStatus.RUNNING;
    }

    void runOn(HostId newHost, Instant now) {
        attempt++;
        host = Optional.of(newHost);
        stage = JobStage.BUILDING;
        lastHeartBeat = Optional.of(now);
    }

    void end(JobStatus end, Optional<String> why, Optional<String> tail, Instant now) {
        status = end;
        stage = JobStage.DONE;
        reason = why;
        logTail = tail;
        finishedAt = Optional.of(now);
    }

    Job toJob() {
        return new Job(
                id,
                request.app(),
                createdAt,
                status,
                stage,
                lastHeartBeat,
                request.priority(),
                attempt,
                request.source(),
                request.release(),
                request.regions(),
                host,
                workflowId,
                startedAt,
                finishedAt,
                build,
                cancelRequested,
                reason,
                logTail,
                submittedBy,
                retryOf,
                request.policy().orElse(Completeness.ALL),
                request.limits());
    }
}
