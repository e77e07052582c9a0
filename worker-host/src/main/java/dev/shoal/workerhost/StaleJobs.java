package dev.shoal.workerhost;

import dev.shoal.activities.jobs.JobStore;
import dev.shoal.model.job.Job;
import dev.shoal.workerhost.MonitorDecision.Round;
import dev.shoal.workflows.Lease;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fails running jobs that nobody carries any more. Any number of monitors may do so. Owned by the monitor's thread. */
public final class StaleJobs {
    private static final Logger LOG = LoggerFactory.getLogger(StaleJobs.class);

    private final JobStore jobs;
    private final OpenWorkflows workflows;
    private final Duration threshold;
    private final Clock clock;
    private final Instant started;
    private Optional<Instant> massSince = Optional.empty();

    /** {@code clock} is the monitor's own: it only measures how long this monitor has been watching. */
    public StaleJobs(JobStore jobs, OpenWorkflows workflows, Duration threshold, Clock clock) {
        this.jobs = jobs;
        this.workflows = workflows;
        this.threshold = threshold;
        this.clock = clock;
        this.started = clock.instant();
    }

    /** One round. Throws if the database or Temporal is away; the next round goes on. */
    public void round() {
        MonitorDecision decision = MonitorDecision.of(new Round(
                started,
                clock.instant(),
                threshold,
                jobs.stale(threshold),
                jobs.depth().running(),
                massSince));
        massSince = decision.massSince();
        switch (decision) {
            case MonitorDecision.Hold hold -> LOG.debug("stale jobs are not judged: {}", hold.reason());
            case MonitorDecision.Judge judge -> judge.stale().forEach(this::judge);
        }
    }

    private void judge(Job job) {
        String workflow = job.workflowId().orElse("");
        if (!workflow.isEmpty() && workflows.isOpen(workflow)) {
            LOG.info(
                    "job {} has no heartbeat since {}, left to its open workflow {}",
                    job.id(),
                    job.lastHeartBeat(),
                    workflow);
            return;
        }
        String reason = "no heartbeat since "
                + job.lastHeartBeat().map(Instant::toString).orElse("its claim") + ", and its workflow "
                + (workflow.isEmpty() ? "is unknown" : workflow + " is not open");
        Lease lease = new Lease(job.id(), job.attempt());
        // Whoever asked for the cancel gets what they asked for, though the workflow that should have seen to it is
        // gone.
        if (job.cancelRequested()
                ? jobs.stop(lease, "cancelled; " + reason)
                : jobs.fail(lease, reason, Optional.empty())) {
            LOG.warn("job {} ended: {}", job.id(), reason);
        }
    }
}
