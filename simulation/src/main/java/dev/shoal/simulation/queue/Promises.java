package dev.shoal.simulation.queue;

import dev.shoal.activities.jobs.JobStore;
import dev.shoal.model.JobId;
import dev.shoal.model.job.Build;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobStatus;
import dev.shoal.workflows.Lease;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What DESIGN promises about the queue, checked at every write and after every step. The first broken one is kept, since a loop of the
 * production that outlives errors would swallow an exception.
 */
final class Promises {
    /** The reason of a build that fails by itself. */
    static final String OWN_FAULT = "the command failed with exit code 1";

    /** How the names of monitors begin. */
    static final String MONITOR = "monitor-";

    private final InMemoryJobStore rows;
    private final Builds builds;
    private final SimulatedTemporal temporal;
    private final World world;
    private final Set<String> terminated = new HashSet<>();
    private final Set<JobId> succeeded = new HashSet<>();
    private Optional<String> broken = Optional.empty();

    Promises(InMemoryJobStore rows, Builds builds, SimulatedTemporal temporal, World world) {
        this.rows = rows;
        this.builds = builds;
        this.temporal = temporal;
        this.world = world;
    }

    /** Checks every write of somebody. */
    JobStore watch(String who, JobStore store) {
        return new WatchedJobStore(store, rows, this, who);
    }

    /** An operator has ended this workflow: what it carries may fail. */
    void terminated(String workflowId) {
        terminated.add(workflowId);
    }

    void breaks(String promise) {
        if (broken.isEmpty()) {
            broken = Optional.of(promise);
            world.trace().say("PROMISE", () -> "broken: " + promise);
        }
    }

    /** A build was recorded, or found recorded already. */
    void recorded(Lease lease, boolean held, Optional<Build> before, Optional<Build> after) {
        boolean own = after.filter(build -> build.artifact().equals(Builds.artifact(lease)))
                .isPresent();
        if (before.isEmpty() && after.isPresent() && !(held && own)) {
            breaks("only the attempt that owns the job publishes, but " + lease + " published "
                    + after.get().artifact().digest());
        }
        if (before.isPresent() && !before.equals(after)) {
            breaks("a build never changes, but " + lease + " made it another");
        }
    }

    /** A row has changed, by whose write. */
    void changed(String who, Job before, Job after) {
        if (before.status().isFinal() && !before.equals(after)) {
            breaks("a job that has ended never changes, but " + who + " made " + show(before) + " " + show(after));
        }
        if (after.attempt() < before.attempt() || after.attempt() > before.attempt() + 1) {
            breaks("attempts count up, but " + who + " made " + show(before) + " " + show(after));
        }
        if (before.status() != after.status()) {
            world.trace().say(who, () -> show(before) + " becomes " + show(after));
            moved(who, before, after);
        }
    }

    private void moved(String who, Job before, Job after) {
        if (after.status() == JobStatus.QUEUED && !who.startsWith(MONITOR)) {
            breaks("only monitors put jobs back into the queue, but " + who + " made " + show(before) + " "
                    + show(after));
        }
        if (who.startsWith(MONITOR) && isCarried(before)) {
            breaks("monitors leave jobs to their open workflows, but " + who + " made " + show(after) + " of "
                    + before.workflowId().orElse(""));
        }
        switch (after.status()) {
            case SUCCESS -> success(who, after);
            case FAILED -> failure(who, after);
            case STOPPED -> {
                if (!after.cancelRequested()) {
                    breaks("only a cancelled job is stopped, but " + who + " stopped " + show(after));
                }
            }
            case QUEUED, RUNNING -> {}
        }
    }

    private boolean isCarried(Job job) {
        return job.workflowId().filter(temporal::isRunning).isPresent();
    }

    private void success(String who, Job job) {
        if (!succeeded.add(job.id())) {
            breaks("a job is built once, but " + who + " ended " + show(job) + " again");
        }
        if (builds.of(job.id()).isEmpty()) {
            breaks("a success has a build, but " + show(job) + " has none");
        }
    }

    private void failure(String who, Job job) {
        String reason = job.reason().orElse("");
        boolean ownFault = reason.equals(OWN_FAULT) || reason.startsWith("given up after ");
        boolean left = !job.cancelRequested()
                && who.startsWith(MONITOR)
                && job.workflowId().filter(terminated::contains).isPresent();
        if (!ownFault && !left) {
            breaks((job.cancelRequested()
                            ? "a cancelled job ends stopped, but "
                            : "a job fails by its own fault only, but ")
                    + who + " failed " + show(job) + ": " + reason);
        }
    }

    /** Never more work on a host than it has slots, in its books and in truth. */
    void afterStep(List<SimulatedHost> hosts) {
        for (SimulatedHost host : hosts) {
            if (host.atWork().size() > host.slots() || host.held() > host.slots()) {
                breaks(host.id() + " has " + host.slots() + " slots, but "
                        + host.atWork().keySet() + " are at work and " + host.held() + " are held");
            }
        }
        broken.ifPresent(promise -> {
            throw new BrokenPromise(promise);
        });
    }

    /** Everything has ended: what was accepted is final, and nothing of it runs. */
    void afterTheEnd() {
        jobs().filter(job -> !job.status().isFinal()).findFirst().ifPresent(job -> {
            throw new BrokenPromise("every accepted job ends, but " + show(job) + " did not");
        });
    }

    BrokenPromise stuck(List<SimulatedHost> hosts) {
        return new BrokenPromise(
                "every accepted job ends and gives its slot back, but hours after the last fault there are "
                        + jobs().filter(job -> !job.status().isFinal())
                                .map(Promises::show)
                                .toList()
                        + ", " + temporal.openRuns() + " open workflows, and held slots "
                        + hosts.stream()
                                .collect(Collectors.toMap(
                                        SimulatedHost::id, SimulatedHost::held, (a, b) -> a, java.util.TreeMap::new)));
    }

    private Stream<Job> jobs() {
        return Stream.concat(
                rows
                        .list(new JobStore.Query(
                                Optional.of(JobStatus.QUEUED), Optional.empty(), Optional.empty(), 500))
                        .stream(),
                rows
                        .list(new JobStore.Query(
                                Optional.of(JobStatus.RUNNING), Optional.empty(), Optional.empty(), 500))
                        .stream());
    }

    static String show(Job job) {
        return job.id() + "#" + job.attempt() + " " + job.status().wire()
                + (job.cancelRequested() ? " (cancelled)" : "")
                + job.host().map(host -> " on " + host).orElse("");
    }
}
