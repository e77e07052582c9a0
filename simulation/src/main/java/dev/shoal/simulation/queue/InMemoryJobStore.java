package dev.shoal.simulation.queue;

import dev.shoal.activities.jobs.JobStore;
import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.HostId;
import dev.shoal.model.JobId;
import dev.shoal.model.job.AppLimits;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobRequest;
import dev.shoal.model.job.JobStage;
import dev.shoal.model.job.JobStatus;
import dev.shoal.workflows.Lease;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The twin of {@code PostgresJobStore} for simulations: the same contract on one lock and a clock of the caller's. Thread-safe. */
public final class InMemoryJobStore implements JobStore {
    private final InstantSource clock;
    private final NavigableMap<JobId, JobRow> rows = new TreeMap<>();
    private final Map<Key, JobRow> byKey = new HashMap<>();
    private AppLimits limits = AppLimits.NONE;

    public InMemoryJobStore(InstantSource clock) {
        this.clock = clock;
    }

    private record Key(String submittedBy, String idempotencyKey) {}

    @Override
    public synchronized Submission submit(JobRequest request, Optional<String> idempotencyKey, String submittedBy) {
        Optional<Key> key = idempotencyKey.map(k -> new Key(submittedBy, k));
        Optional<JobRow> existing = key.map(byKey::get);
        if (existing.isPresent()) {
            JobRow row = existing.get();
            return row.request.equals(request)
                    ? new Submission.Duplicate(row.toJob())
                    : new Submission.Conflict(row.id);
        }
        JobRow row = new JobRow(new JobId(rows.size() + 1L), request, submittedBy, clock.instant());
        rows.put(row.id, row);
        key.ifPresent(k -> byKey.put(k, row));
        return new Submission.Accepted(row.toJob());
    }

    @Override
    public synchronized Optional<Job> find(JobId id) {
        return Optional.ofNullable(rows.get(id)).map(JobRow::toJob);
    }

    @Override
    public synchronized List<Job> list(Query query) {
        return rows.descendingMap().values().stream()
                .filter(row -> query.status().map(row.status::equals).orElse(true))
                .filter(row -> query.app().map(row.request.app()::equals).orElse(true))
                .filter(row ->
                        query.before().map(id -> row.id.compareTo(id) < 0).orElse(true))
                .limit(query.limit())
                .map(JobRow::toJob)
                .toList();
    }

    @Override
    public synchronized Optional<Job> claim(String workflowId, HostId host) {
        Optional<JobRow> held =
                running(row -> row.workflowId.equals(Optional.of(workflowId))).findFirst();
        if (held.isPresent()) {
            JobRow row = held.get();
            if (!row.host.equals(Optional.of(host))) {
                row.runOn(host, clock.instant());
            }
            return Optional.of(row.toJob());
        }
        return queued().filter(row -> limits.hasRoom(row.request.app(), runningOf(row.request.app())))
                .findFirst()
                .map(row -> {
                    row.status = JobStatus.RUNNING;
                    row.workflowId = Optional.of(workflowId);
                    row.startedAt = Optional.of(clock.instant());
                    row.runOn(host, clock.instant());
                    return row.toJob();
                });
    }

    @Override
    public synchronized Optional<Job> reclaim(Lease lost, String workflowId, HostId host) {
        return Optional.ofNullable(rows.get(lost.job()))
                .filter(row -> row.isRunning() && row.workflowId.equals(Optional.of(workflowId)))
                .map(row -> {
                    if (row.attempt <= lost.attempt() || !row.host.equals(Optional.of(host))) {
                        row.runOn(host, clock.instant());
                    }
                    return row.toJob();
                });
    }

    @Override
    public synchronized Beat heartbeat(Lease lease, JobStage stage) {
        Optional<JobRow> owned = owned(lease);
        owned.ifPresent(row -> {
            row.stage = stage;
            row.lastHeartBeat = Optional.of(clock.instant());
        });
        return owned.map(row -> row.cancelRequested ? Beat.CANCEL_REQUESTED : Beat.OWNED)
                .orElse(Beat.LOST);
    }

    @Override
    public synchronized boolean attemptLost(Lease lease, String reason) {
        Optional<JobRow> owned = owned(lease);
        owned.ifPresent(row -> row.reason = Optional.of(reason));
        return owned.isPresent();
    }

    /** The part of {@code BuildStore.record} that is about the job. Returns whether the lease held. */
    synchronized boolean recorded(Lease lease, BuildName build) {
        Optional<JobRow> owned = owned(lease);
        owned.ifPresent(row -> {
            row.build = Optional.of(build);
            row.stage = JobStage.REPLICATING;
            row.lastHeartBeat = Optional.of(clock.instant());
        });
        return owned.isPresent();
    }

    @Override
    public synchronized boolean requeue(Lease lease, String reason) {
        Optional<JobRow> owned = owned(lease);
        owned.ifPresent(row -> {
            row.status = JobStatus.QUEUED;
            row.stage = JobStage.QUEUED;
            row.host = Optional.empty();
            row.workflowId = Optional.empty();
            row.startedAt = Optional.empty();
            row.lastHeartBeat = Optional.empty();
            row.reason = Optional.of(reason);
        });
        return owned.isPresent();
    }

    @Override
    public synchronized Retry retry(JobId id, String submittedBy) {
        JobRow row = rows.get(id);
        if (row == null) {
            return new Retry.Unknown();
        }
        Optional<JobRow> earlier = rows.values().stream()
                .filter(each -> each.retryOf.equals(Optional.of(id)))
                .findFirst();
        if (earlier.isPresent()) {
            return new Retry.Duplicate(earlier.get().toJob());
        }
        if (row.status != JobStatus.FAILED && row.status != JobStatus.STOPPED) {
            return new Retry.NothingToRetry(row.toJob());
        }
        JobRow again = new JobRow(new JobId(rows.size() + 1L), row.request, submittedBy, clock.instant());
        again.retryOf = Optional.of(id);
        rows.put(again.id, again);
        return new Retry.Accepted(again.toJob());
    }

    @Override
    public boolean fail(Lease lease, String reason, Optional<String> logTail) {
        return end(lease, JobStatus.FAILED, Optional.of(reason), logTail);
    }

    @Override
    public boolean stop(Lease lease, String reason) {
        return end(lease, JobStatus.STOPPED, Optional.of(reason), Optional.empty());
    }

    @Override
    public boolean succeed(Lease lease) {
        return end(lease, JobStatus.SUCCESS, Optional.empty(), Optional.empty());
    }

    private synchronized boolean end(Lease lease, JobStatus end, Optional<String> reason, Optional<String> tail) {
        owned(lease).ifPresent(row -> row.end(end, reason, tail, clock.instant()));
        return Optional.ofNullable(rows.get(lease.job()))
                .filter(row -> row.status == end && row.attempt == lease.attempt())
                .isPresent();
    }

    @Override
    public synchronized Cancellation cancel(JobId id) {
        JobRow row = rows.get(id);
        if (row == null) {
            return new Cancellation.Unknown();
        }
        if (row.status.isFinal()) {
            return new Cancellation.AlreadyFinal(row.toJob());
        }
        row.cancelRequested = true;
        if (row.isRunning()) {
            return new Cancellation.Requested(row.toJob());
        }
        row.end(JobStatus.STOPPED, Optional.of("cancelled before it was claimed"), Optional.empty(), clock.instant());
        return new Cancellation.Stopped(row.toJob());
    }

    @Override
    public synchronized List<Job> stale(Duration threshold) {
        Instant oldest = clock.instant().minus(threshold);
        return running(row -> row.lastHeartBeat.orElseThrow().isBefore(oldest))
                .sorted(Comparator.comparing((JobRow row) -> row.lastHeartBeat.orElseThrow())
                        .thenComparing(row -> row.id))
                .map(JobRow::toJob)
                .toList();
    }

    @Override
    public synchronized List<Job> runningOn(HostId host) {
        return running(row -> row.host.equals(Optional.of(host)))
                .map(JobRow::toJob)
                .toList();
    }

    @Override
    public synchronized Depth depth() {
        Instant now = clock.instant();
        Duration oldest = queued().map(row -> Duration.between(row.createdAt, now))
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
        return new Depth((int) queued().count(), (int) running(row -> true).count(), oldest);
    }

    @Override
    public synchronized long claimable() {
        Map<AppName, Long> queued =
                queued().collect(Collectors.groupingBy(row -> row.request.app(), Collectors.counting()));
        return queued.entrySet().stream()
                .mapToLong(app -> limits.startable(app.getKey(), app.getValue(), runningOf(app.getKey())))
                .sum();
    }

    @Override
    public synchronized AppLimits limits() {
        return limits;
    }

    @Override
    public synchronized void limit(Optional<AppName> app, Optional<Integer> maxRunning) {
        if (app.isEmpty()) {
            limits = new AppLimits(maxRunning, limits.apps());
            return;
        }
        Map<AppName, Integer> apps = new HashMap<>(limits.apps());
        apps.remove(app.get());
        maxRunning.ifPresent(max -> apps.put(app.get(), max));
        limits = new AppLimits(limits.byDefault(), apps);
    }

    private long runningOf(AppName app) {
        return running(row -> row.request.app().equals(app)).count();
    }

    private Optional<JobRow> owned(Lease lease) {
        return Optional.ofNullable(rows.get(lease.job()))
                .filter(row -> row.isRunning() && row.attempt == lease.attempt());
    }

    private Stream<JobRow> running(Predicate<JobRow> which) {
        return rows.values().stream().filter(JobRow::isRunning).filter(which);
    }

    private Stream<JobRow> queued() {
        return rows.values().stream()
                .filter(row -> row.status == JobStatus.QUEUED)
                .sorted(Comparator.comparingInt((JobRow row) -> row.request.priority())
                        .thenComparing(row -> row.createdAt)
                        .thenComparing(row -> row.id));
    }
}
