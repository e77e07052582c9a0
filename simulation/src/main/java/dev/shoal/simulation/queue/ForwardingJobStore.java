package dev.shoal.simulation.queue;

import dev.shoal.activities.jobs.JobStore;
import dev.shoal.model.AppName;
import dev.shoal.model.HostId;
import dev.shoal.model.JobId;
import dev.shoal.model.job.AppLimits;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobRequest;
import dev.shoal.model.job.JobStage;
import dev.shoal.workflows.Lease;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Passes every call on, reads through {@link #read} and writes through {@link #write}. */
abstract class ForwardingJobStore implements JobStore {
    private final JobStore to;

    ForwardingJobStore(JobStore to) {
        this.to = to;
    }

    <T> T read(Supplier<T> call) {
        return call.get();
    }

    <T> T write(Supplier<T> call) {
        return call.get();
    }

    @Override
    public Submission submit(JobRequest request, Optional<String> idempotencyKey, String submittedBy) {
        return write(() -> to.submit(request, idempotencyKey, submittedBy));
    }

    @Override
    public Optional<Job> find(JobId id) {
        return read(() -> to.find(id));
    }

    @Override
    public List<Job> list(Query query) {
        return read(() -> to.list(query));
    }

    @Override
    public Optional<Job> claim(String workflowId, HostId host) {
        return write(() -> to.claim(workflowId, host));
    }

    @Override
    public Optional<Job> reclaim(Lease lost, String workflowId, HostId host) {
        return write(() -> to.reclaim(lost, workflowId, host));
    }

    @Override
    public Beat heartbeat(Lease lease, JobStage stage) {
        return write(() -> to.heartbeat(lease, stage));
    }

    @Override
    public boolean attemptLost(Lease lease, String reason) {
        return write(() -> to.attemptLost(lease, reason));
    }

    @Override
    public boolean fail(Lease lease, String reason, Optional<String> logTail) {
        return write(() -> to.fail(lease, reason, logTail));
    }

    @Override
    public boolean stop(Lease lease, String reason) {
        return write(() -> to.stop(lease, reason));
    }

    @Override
    public boolean succeed(Lease lease) {
        return write(() -> to.succeed(lease));
    }

    @Override
    public boolean requeue(Lease lease, String reason) {
        return write(() -> to.requeue(lease, reason));
    }

    @Override
    public Retry retry(JobId id, String submittedBy) {
        return write(() -> to.retry(id, submittedBy));
    }

    @Override
    public Cancellation cancel(JobId id) {
        return write(() -> to.cancel(id));
    }

    @Override
    public List<Job> stale(Duration threshold) {
        return read(() -> to.stale(threshold));
    }

    @Override
    public List<Job> runningOn(HostId host) {
        return read(() -> to.runningOn(host));
    }

    @Override
    public Depth depth() {
        return read(to::depth);
    }

    @Override
    public long claimable() {
        return read(to::claimable);
    }

    @Override
    public AppLimits limits() {
        return read(to::limits);
    }

    @Override
    public void limit(Optional<AppName> app, Optional<Integer> maxRunning) {
        write(() -> {
            to.limit(app, maxRunning);
            return maxRunning;
        });
    }
}
