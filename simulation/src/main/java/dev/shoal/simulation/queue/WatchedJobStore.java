package dev.shoal.simulation.queue;

import dev.shoal.activities.jobs.JobStore;
import dev.shoal.model.HostId;
import dev.shoal.model.JobId;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobRequest;
import dev.shoal.model.job.JobStage;
import dev.shoal.model.job.JobStatus;
import dev.shoal.workflows.Lease;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Compares the rows before and after every write with what may become of them. The twin is the truth; the store may be a mutant. */
final class WatchedJobStore extends ForwardingJobStore {
    private final InMemoryJobStore rows;
    private final Promises promises;
    private final String who;

    WatchedJobStore(JobStore store, InMemoryJobStore rows, Promises promises, String who) {
        super(store);
        this.rows = rows;
        this.promises = promises;
        this.who = who;
    }

    @Override
    public Submission submit(JobRequest request, Optional<String> idempotencyKey, String submittedBy) {
        int before = rows.depth().queued();
        Submission submission = super.submit(request, idempotencyKey, submittedBy);
        if (!(submission instanceof Submission.Accepted) && rows.depth().queued() != before) {
            promises.breaks("the same key is the same job, but " + request + " became another");
        }
        return submission;
    }

    @Override
    public Optional<Job> claim(String workflowId, HostId host) {
        Optional<Job> held = running().stream()
                .filter(job -> job.workflowId().equals(Optional.of(workflowId)))
                .findFirst();
        Optional<Job> expected = held.or(() -> queued().stream()
                .min(Comparator.comparingInt(Job::priority)
                        .thenComparing(Job::createdAt)
                        .thenComparing(Job::id)));
        int running = running().size();
        Optional<Job> claimed = super.claim(workflowId, host);
        if (!claimed.map(Job::id).equals(expected.map(Job::id))) {
            promises.breaks("the first job is claimed first, once a ticket, but " + workflowId + " got "
                    + claimed.map(Promises::show) + " instead of " + expected.map(Promises::show));
        }
        if (running().size() != running + (held.isEmpty() && claimed.isPresent() ? 1 : 0)) {
            promises.breaks("one claim, one job, but " + workflowId + " set others going");
        }
        handedOver(expected, claimed, workflowId, host);
        return claimed;
    }

    @Override
    public Optional<Job> reclaim(Lease lost, String workflowId, HostId host) {
        Optional<Job> before = rows.find(lost.job())
                .filter(job ->
                        job.status() == JobStatus.RUNNING && job.workflowId().equals(Optional.of(workflowId)));
        Optional<Job> claimed = super.reclaim(lost, workflowId, host);
        if (claimed.isPresent() != before.isPresent()
                || claimed.filter(job -> job.attempt() <= lost.attempt()).isPresent()) {
            promises.breaks("a lost attempt is followed by the next, but " + workflowId + " got "
                    + claimed.map(Promises::show) + " after " + lost);
        }
        handedOver(before, claimed, workflowId, host);
        return claimed;
    }

    /** Two hosts never hold the same attempt. */
    private void handedOver(Optional<Job> before, Optional<Job> claimed, String workflowId, HostId host) {
        if (before.isPresent() && claimed.isPresent()) {
            boolean same = before.get().attempt() == claimed.get().attempt();
            boolean right = claimed.get().host().equals(Optional.of(host))
                    && claimed.get().workflowId().equals(Optional.of(workflowId))
                    && (!same || before.get().host().equals(Optional.of(host)));
            if (!right) {
                promises.breaks("an attempt has one host and one ticket, but " + workflowId + " on " + host + " got "
                        + Promises.show(claimed.get()) + " which was " + Promises.show(before.get()));
            }
            promises.changed(who, before.get(), claimed.get());
        }
    }

    @Override
    public Beat heartbeat(Lease lease, JobStage stage) {
        return fenced("heartbeat", lease, () -> super.heartbeat(lease, stage), beat -> beat != Beat.LOST);
    }

    @Override
    public boolean attemptLost(Lease lease, String reason) {
        return fenced("loss", lease, () -> super.attemptLost(lease, reason), accepted -> accepted);
    }

    @Override
    public boolean requeue(Lease lease, String reason) {
        return fenced("requeue", lease, () -> super.requeue(lease, reason), accepted -> accepted);
    }

    @Override
    public boolean fail(Lease lease, String reason, Optional<String> logTail) {
        return fenced(
                "failure",
                lease,
                () -> super.fail(lease, reason, logTail),
                accepted -> accepted && !has(lease, JobStatus.FAILED));
    }

    @Override
    public boolean stop(Lease lease, String reason) {
        return fenced(
                "stop", lease, () -> super.stop(lease, reason), accepted -> accepted && !has(lease, JobStatus.STOPPED));
    }

    @Override
    public boolean succeed(Lease lease) {
        return fenced(
                "success", lease, () -> super.succeed(lease), accepted -> accepted && !has(lease, JobStatus.SUCCESS));
    }

    @Override
    public Cancellation cancel(JobId id) {
        Optional<Job> before = rows.find(id);
        Cancellation cancellation = super.cancel(id);
        before.ifPresent(job -> promises.changed(who, job, rows.find(id).orElseThrow()));
        return cancellation;
    }

    /** A write of an old attempt changes nothing, and its writer is told. */
    private <T> T fenced(String what, Lease lease, Supplier<T> write, Predicate<T> accepted) {
        Optional<Job> before = rows.find(lease.job());
        boolean holds = before.filter(job -> job.status() == JobStatus.RUNNING && job.attempt() == lease.attempt())
                .isPresent();
        T result = write.get();
        Optional<Job> after = rows.find(lease.job());
        if (!holds && (!Objects.equals(before, after) || accepted.test(result))) {
            promises.breaks("a write of an old attempt changes nothing and stops the writer, but the " + what + " of "
                    + lease + " by " + who + " was taken: "
                    + after.map(Promises::show).orElse("no row"));
        }
        before.ifPresent(job -> promises.changed(who, job, after.orElseThrow()));
        return result;
    }

    /** The same end again is no new write. */
    private boolean has(Lease lease, JobStatus status) {
        return rows.find(lease.job())
                .filter(job -> job.status() == status && job.attempt() == lease.attempt())
                .isPresent();
    }

    private List<Job> running() {
        return rows.list(new Query(Optional.of(JobStatus.RUNNING), Optional.empty(), Optional.empty(), 500));
    }

    private List<Job> queued() {
        return rows.list(new Query(Optional.of(JobStatus.QUEUED), Optional.empty(), Optional.empty(), 500));
    }
}
