package dev.shoal.workerhost;

import dev.shoal.activities.jobs.JobStore;
import dev.shoal.model.job.Job;
import dev.shoal.workflows.Lease;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends or requeues running jobs whose workflow is known to have ended. That is proof, not suspicion: nobody will write about such a
 * job any more, and if a host still works on it, its writes are fenced. So this neither waits for the long threshold nor minds many
 * at once. Any number of monitors may do so. Owned by the monitor's thread.
 */
public final class AbandonedJobs {
    private static final Logger LOG = LoggerFactory.getLogger(AbandonedJobs.class);

    /** Jobs that are well are not asked about: two of a host's heartbeats at their default pace. */
    static final Duration QUIET = Duration.ofSeconds(30);

    private final JobStore jobs;
    private final OpenWorkflows workflows;
    private final Runnable startTicket;

    /** {@code startTicket} starts a ticket for a job that is back in the queue. */
    public AbandonedJobs(JobStore jobs, OpenWorkflows workflows, Runnable startTicket) {
        this.jobs = jobs;
        this.workflows = workflows;
        this.startTicket = startTicket;
    }

    /** What becomes of an abandoned job. */
    sealed interface Verdict {
        String reason();

        /** Somebody had asked for it to be stopped. */
        record Stop(String reason) implements Verdict {}

        /** It must not run again. */
        record Fail(String reason) implements Verdict {}

        /** Nothing is wrong with it. */
        record Requeue(String reason) implements Verdict {}
    }

    /**
     * Decides: pure.
     *
     * @param ended how its workflow ended, in Temporal's words
     */
    static Verdict judge(Job job, String ended) {
        String reason = "its workflow " + job.workflowId().orElse("") + " is " + ended;
        if (job.cancelRequested()) {
            return new Verdict.Stop("cancelled; " + reason);
        }
        if (ended.equals("TERMINATED")) {
            // An operator's word: what was terminated on purpose does not come back.
            return new Verdict.Fail(reason);
        }
        if (job.build().isPresent()) {
            return new Verdict.Fail(
                    reason + " and did not finish " + job.build().get());
        }
        return job.attempt() >= MOST_ATTEMPTS
                ? new Verdict.Fail(reason + ", after " + job.attempt() + " attempts")
                : new Verdict.Requeue(reason);
    }

    /** As many as a ticket allows itself. */
    private static final int MOST_ATTEMPTS = 10;

    /** One round. Throws if the database or Temporal is away; the next round goes on. */
    public void round() {
        for (Job job : jobs.stale(QUIET)) {
            Optional<String> ended = job.workflowId().flatMap(workflows::howItEnded);
            ended.ifPresent(how -> carryOut(job, judge(job, how)));
        }
    }

    private void carryOut(Job job, Verdict verdict) {
        Lease lease = new Lease(job.id(), job.attempt());
        boolean done = switch (verdict) {
            case Verdict.Stop stop -> jobs.stop(lease, stop.reason());
            case Verdict.Fail fail -> jobs.fail(lease, fail.reason(), Optional.empty());
            case Verdict.Requeue requeue -> jobs.requeue(lease, requeue.reason());
        };
        if (done) {
            LOG.warn("job {}: {}", job.id(), verdict);
            if (verdict instanceof Verdict.Requeue) {
                startTicket.run();
            }
        }
    }
}
