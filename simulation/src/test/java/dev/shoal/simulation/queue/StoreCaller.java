package dev.shoal.simulation.queue;

import dev.shoal.activities.jobs.JobStore;
import dev.shoal.activities.jobs.JobStore.Cancellation;
import dev.shoal.activities.jobs.JobStore.Retry;
import dev.shoal.activities.jobs.JobStore.Submission;
import dev.shoal.model.AppName;
import dev.shoal.model.HostId;
import dev.shoal.model.JobId;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobRequest;
import dev.shoal.model.job.JobSource;
import dev.shoal.model.job.JobStage;
import dev.shoal.model.job.JobStatus;
import dev.shoal.workflows.Lease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * Makes random calls, which depend on the seed and on the answers alone, and says what came of them without times and without ids: a
 * job is called by its place in the order of acceptance.
 */
final class StoreCaller {
    private final JobStore store;
    private final SplittableRandom random;
    private final List<JobId> jobs = new ArrayList<>();

    StoreCaller(JobStore store, SplittableRandom random) {
        this.store = store;
        this.random = random;
    }

    /** The next call and its answer. */
    String call() {
        return switch (jobs.isEmpty() ? 0 : random.nextInt(22)) {
            case 0, 1, 2, 3 -> submit();
            case 4, 5, 6, 7 -> {
                String ticket = ticket();
                HostId host = host();
                yield "claim by " + ticket + " on " + host + ": " + show(store.claim(ticket, host));
            }
            case 8, 9 -> {
                Lease lost = lease();
                String ticket = ticket();
                HostId host = host();
                yield "reclaim after " + show(lost) + " by " + ticket + " on " + host + ": "
                        + show(store.reclaim(lost, ticket, host));
            }
            case 10, 11, 12 -> {
                Lease lease = lease();
                JobStage stage = JobStage.values()[1 + random.nextInt(3)];
                yield "heartbeat of " + show(lease) + " " + stage + ": " + store.heartbeat(lease, stage);
            }
            case 13 -> {
                Lease lease = lease();
                yield "loss of " + show(lease) + ": " + store.attemptLost(lease, "lost");
            }
            case 14 -> {
                Lease lease = lease();
                Optional<String> tail = random.nextBoolean() ? Optional.of("tail") : Optional.empty();
                yield "failure of " + show(lease) + ": " + store.fail(lease, "exit " + random.nextInt(3), tail);
            }
            case 15 -> {
                Lease lease = lease();
                yield "stop of " + show(lease) + ": " + store.stop(lease, "cancelled");
            }
            case 16, 17 -> {
                Lease lease = lease();
                yield "success of " + show(lease) + ": " + store.succeed(lease);
            }
            case 18 -> {
                Lease lease = lease();
                yield "requeue of " + show(lease) + ": " + store.requeue(lease, "its workflow is gone");
            }
            case 19 -> {
                JobId id = job();
                yield "cancel of " + number(id) + ": " + show(store.cancel(id));
            }
            case 20 -> {
                JobId id = job();
                yield "retry of " + number(id) + ": " + show(store.retry(id, user()));
            }
            default -> list();
        };
    }

    /** Every row, and what the queue says of itself. */
    String state() {
        List<Job> stale = store.stale(Duration.ZERO);
        JobStore.Depth depth = store.depth();
        List<Job> rows = store.list(new JobStore.Query(Optional.empty(), Optional.empty(), Optional.empty(), 500));
        return rows.stream().map(job -> show(Optional.of(job))).collect(Collectors.joining("\n"))
                + "\nqueued " + depth.queued() + ", running " + depth.running()
                + "\nstale " + stale.stream().map(job -> number(job.id())).toList()
                + "\non a "
                + store.runningOn(new HostId("host-a")).stream()
                        .map(job -> number(job.id()))
                        .toList();
    }

    private String submit() {
        JobRequest request = new JobRequest(
                app(),
                new JobSource.Directory("/source/" + random.nextInt(2)),
                10 * random.nextInt(3),
                false,
                List.of());
        Optional<String> key = random.nextBoolean() ? Optional.of("key-" + random.nextInt(6)) : Optional.empty();
        String user = user();
        String answer = switch (store.submit(request, key, user)) {
            case Submission.Accepted accepted -> "accepted " + accept(accepted.job());
            case Submission.Duplicate duplicate -> "duplicate of " + show(Optional.of(duplicate.job()));
            case Submission.Conflict conflict -> "conflict with " + number(conflict.existing());
        };
        return "submit of " + request + " " + key + " by " + user + ": " + answer;
    }

    private String list() {
        Optional<JobStatus> status = random.nextBoolean()
                ? Optional.of(JobStatus.values()[random.nextInt(JobStatus.values().length)])
                : Optional.empty();
        Optional<AppName> app = random.nextBoolean() ? Optional.of(app()) : Optional.empty();
        Optional<JobId> before = random.nextBoolean() ? Optional.of(job()) : Optional.empty();
        int limit = 1 + random.nextInt(10);
        return "list of " + status + " " + app + " before " + before.map(this::number) + ": "
                + store.list(new JobStore.Query(status, app, before, limit)).stream()
                        .map(job -> number(job.id()))
                        .toList();
    }

    private String accept(Job job) {
        jobs.add(job.id());
        return show(Optional.of(job));
    }

    private JobId job() {
        return jobs.get(random.nextInt(jobs.size()));
    }

    /** The newest attempt of a job, or often one that was, or will be. */
    private Lease lease() {
        JobId id = job();
        int attempt = store.find(id).orElseThrow().attempt()
                + switch (random.nextInt(6)) {
                    case 0, 1 -> -1;
                    case 2 -> 1;
                    default -> 0;
                };
        return new Lease(id, Math.max(1, attempt));
    }

    private String ticket() {
        return "ticket-" + random.nextInt(8);
    }

    private HostId host() {
        return new HostId(random.nextBoolean() ? "host-a" : "host-b");
    }

    private AppName app() {
        return new AppName(random.nextBoolean() ? "web" : "mail");
    }

    private String user() {
        return random.nextBoolean() ? "ann" : "bob";
    }

    private int number(JobId id) {
        return jobs.indexOf(id);
    }

    private String show(Lease lease) {
        return number(lease.job()) + "#" + lease.attempt();
    }

    private String show(Cancellation cancellation) {
        return switch (cancellation) {
            case Cancellation.Stopped stopped -> "stopped " + show(Optional.of(stopped.job()));
            case Cancellation.Requested requested -> "requested " + show(Optional.of(requested.job()));
            case Cancellation.AlreadyFinal ended -> "already final " + show(Optional.of(ended.job()));
            case Cancellation.Unknown unknown -> "unknown";
        };
    }

    private String show(Retry retry) {
        return switch (retry) {
            case Retry.Accepted accepted -> "accepted " + accept(accepted.job());
            case Retry.Duplicate duplicate -> "duplicate of " + show(Optional.of(duplicate.job()));
            case Retry.NothingToRetry none -> "nothing to retry " + show(Optional.of(none.job()));
            case Retry.Unknown unknown -> "unknown";
        };
    }

    /** A row without its id and its times, of which only is said whether they are there. */
    private String show(Optional<Job> found) {
        return found.map(job -> String.join(
                        " ",
                        Integer.toString(number(job.id())),
                        job.name().value(),
                        job.status().wire(),
                        job.stage().wire(),
                        "#" + job.attempt(),
                        "priority " + job.priority(),
                        job.source().toString(),
                        job.host().map(HostId::value).orElse("-"),
                        job.workflowId().orElse("-"),
                        job.build().isPresent() + "",
                        job.cancelRequested() + "",
                        job.reason().orElse("-"),
                        job.logTail().orElse("-"),
                        job.submittedBy(),
                        "retry of " + job.retryOf().map(this::number),
                        "beat " + job.lastHeartBeat().isPresent(),
                        "started " + job.startedAt().isPresent(),
                        "finished " + job.finishedAt().isPresent()))
                .orElse("none");
    }
}
