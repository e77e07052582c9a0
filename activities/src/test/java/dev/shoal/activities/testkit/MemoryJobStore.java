package dev.shoal.activities.testkit;

import dev.shoal.activities.jobs.JobStore;
import dev.shoal.activities.jobs.StoreException;
import dev.shoal.model.AppName;
import dev.shoal.model.HostId;
import dev.shoal.model.JobId;
import dev.shoal.model.gate.Completeness;
import dev.shoal.model.job.AppLimits;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobRequest;
import dev.shoal.model.job.JobSource;
import dev.shoal.model.job.JobStage;
import dev.shoal.model.job.JobStatus;
import dev.shoal.workflows.Lease;
import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;

/** The rows that a build host sees, with outages on demand. What hosts never call is refused. Thread-safe. */
public final class MemoryJobStore implements JobStore {
    private final TreeMap<JobId, Job> rows = new TreeMap<>();
    private final List<JobStage> beats = new ArrayList<>();
    private final CountDownLatch never = new CountDownLatch(1);
    private boolean away;
    private volatile boolean hanging;

    /** From now on every call fails, or answers again. */
    public synchronized void away(boolean now) {
        away = now;
    }

    /** From now on heartbeats get no answer at all, as from a database behind a broken network. */
    public synchronized void hang() {
        hanging = true;
    }

    /** A queued job. */
    public synchronized Job queued(AppName app, JobSource source) {
        JobId id = new JobId(rows.size() + 1L);
        return put(row(id, app, source, JobStatus.QUEUED, 0, Optional.empty(), Optional.empty(), false));
    }

    /** A row that a host claimed. */
    public synchronized Job running(AppName app, JobSource source, HostId host) {
        Job job = queued(app, source);
        return claimed(job, "ticket-" + job.id(), host);
    }

    /** Another host takes the job over. */
    public synchronized Job takenOver(JobId id, HostId host) {
        return claimed(row(id), row(id).workflowId().orElseThrow(), host);
    }

    /** The stages that heartbeats wrote, oldest first. */
    public synchronized List<JobStage> beats() {
        return List.copyOf(beats);
    }

    @Override
    public synchronized Optional<Job> find(JobId id) {
        answer("find");
        return Optional.ofNullable(rows.get(id));
    }

    @Override
    public synchronized Optional<Job> claim(String workflowId, HostId host) {
        answer("claim");
        Optional<Job> held = rows.values().stream()
                .filter(job ->
                        job.status() == JobStatus.RUNNING && job.workflowId().equals(Optional.of(workflowId)))
                .findFirst();
        if (held.isPresent()) {
            return held.get().host().equals(Optional.of(host))
                    ? held
                    : Optional.of(claimed(held.get(), workflowId, host));
        }
        return rows.values().stream()
                .filter(job -> job.status() == JobStatus.QUEUED)
                .findFirst()
                .map(job -> claimed(job, workflowId, host));
    }

    @Override
    public synchronized Optional<Job> reclaim(Lease lost, String workflowId, HostId host) {
        answer("reclaim");
        return Optional.ofNullable(rows.get(lost.job()))
                .filter(job ->
                        job.status() == JobStatus.RUNNING && job.workflowId().equals(Optional.of(workflowId)))
                .map(job -> job.attempt() > lost.attempt() && job.host().equals(Optional.of(host))
                        ? job
                        : claimed(job, workflowId, host));
    }

    @Override
    public Beat heartbeat(Lease lease, JobStage stage) {
        if (hanging) {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return beat(lease, stage);
    }

    private synchronized Beat beat(Lease lease, JobStage stage) {
        answer("heartbeat");
        Optional<Job> owned = owned(lease);
        if (owned.isEmpty()) {
            return Beat.LOST;
        }
        beats.add(stage);
        Job job = owned.get();
        put(row(
                job.id(),
                job.name(),
                job.source(),
                job.status(),
                job.attempt(),
                job.host(),
                job.workflowId(),
                job.cancelRequested(),
                stage));
        return job.cancelRequested() ? Beat.CANCEL_REQUESTED : Beat.OWNED;
    }

    @Override
    public synchronized boolean succeed(Lease lease) {
        return end(lease, JobStatus.SUCCESS);
    }

    @Override
    public synchronized boolean fail(Lease lease, String reason, Optional<String> logTail) {
        return end(lease, JobStatus.FAILED);
    }

    @Override
    public synchronized boolean stop(Lease lease, String reason) {
        return end(lease, JobStatus.STOPPED);
    }

    @Override
    public synchronized Cancellation cancel(JobId id) {
        Job job = row(id);
        return new Cancellation.Requested(put(row(
                id,
                job.name(),
                job.source(),
                job.status(),
                job.attempt(),
                job.host(),
                job.workflowId(),
                true,
                job.stage())));
    }

    @Override
    public synchronized List<Job> runningOn(HostId host) {
        answer("runningOn");
        return rows.values().stream()
                .filter(job -> job.status() == JobStatus.RUNNING && job.host().equals(Optional.of(host)))
                .toList();
    }

    @Override
    public Submission submit(JobRequest request, Optional<String> idempotencyKey, String submittedBy) {
        throw new UnsupportedOperationException("a build host does not submit");
    }

    @Override
    public List<Job> list(Query query) {
        throw new UnsupportedOperationException("a build host does not list");
    }

    @Override
    public boolean requeue(Lease lease, String reason) {
        throw new UnsupportedOperationException("a build host does not requeue");
    }

    @Override
    public Retry retry(JobId id, String submittedBy) {
        throw new UnsupportedOperationException("a build host does not retry");
    }

    @Override
    public boolean attemptLost(Lease lease, String reason) {
        throw new UnsupportedOperationException("a build host does not write lost attempts");
    }

    @Override
    public List<Job> stale(Duration threshold) {
        throw new UnsupportedOperationException("a build host does not look for stale jobs");
    }

    @Override
    public Depth depth() {
        throw new UnsupportedOperationException("a build host does not ask for the depth");
    }

    @Override
    public long claimable() {
        throw new UnsupportedOperationException("a build host does not count claimable jobs");
    }

    @Override
    public AppLimits limits() {
        throw new UnsupportedOperationException("a build host does not ask for limits");
    }

    @Override
    public void limit(Optional<AppName> app, Optional<Integer> maxRunning) {
        throw new UnsupportedOperationException("a build host sets no limits");
    }

    private void answer(String call) {
        if (away) {
            throw new StoreException(call, new ConnectException("connection refused"));
        }
    }

    private Job row(JobId id) {
        return Optional.ofNullable(rows.get(id)).orElseThrow();
    }

    private Optional<Job> owned(Lease lease) {
        return Optional.ofNullable(rows.get(lease.job()))
                .filter(job -> job.status() == JobStatus.RUNNING && job.attempt() == lease.attempt());
    }

    private boolean end(Lease lease, JobStatus status) {
        Optional<Job> owned = owned(lease);
        owned.ifPresent(job -> put(row(
                job.id(),
                job.name(),
                job.source(),
                status,
                job.attempt(),
                job.host(),
                job.workflowId(),
                job.cancelRequested(),
                JobStage.DONE)));
        return owned.isPresent();
    }

    private Job claimed(Job job, String workflowId, HostId host) {
        return put(row(
                job.id(),
                job.name(),
                job.source(),
                JobStatus.RUNNING,
                job.attempt() + 1,
                Optional.of(host),
                Optional.of(workflowId),
                job.cancelRequested()));
    }

    private Job put(Job job) {
        rows.put(job.id(), job);
        return job;
    }

    private static Job row(
            JobId id,
            AppName app,
            JobSource source,
            JobStatus status,
            int attempt,
            Optional<HostId> host,
            Optional<String> workflowId,
            boolean cancelRequested) {
        JobStage stage = status == JobStatus.QUEUED ? JobStage.QUEUED : JobStage.BUILDING;
        return row(id, app, source, status, attempt, host, workflowId, cancelRequested, stage);
    }

    private static Job row(
            JobId id,
            AppName app,
            JobSource source,
            JobStatus status,
            int attempt,
            Optional<HostId> host,
            Optional<String> workflowId,
            boolean cancelRequested,
            JobStage stage) {
        return new Job(
                id,
                app,
                Instant.EPOCH,
                status,
                stage,
                Optional.empty(),
                JobRequest.DEFAULT_PRIORITY,
                attempt,
                source,
                false,
                List.of(),
                host,
                workflowId,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                cancelRequested,
                Optional.empty(),
                Optional.empty(),
                "test",
                Optional.empty(),
                Completeness.ALL,
                Optional.empty());
    }
}
