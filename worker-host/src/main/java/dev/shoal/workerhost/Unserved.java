package dev.shoal.workerhost;

import dev.shoal.activities.jobs.JobStore;
import dev.shoal.activities.jobs.ReleaseStore;
import dev.shoal.model.Release;
import dev.shoal.model.ReleaseId;
import dev.shoal.workflows.ReleaseWorkflow;
import dev.shoal.workflows.client.Releases;
import dev.shoal.workflows.client.Tickets;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts what no workflow serves: tickets for queued jobs, and release workflows for open releases, whose starter died between the
 * row and the start. Any number of monitors may do so: a ticket too many ends at once. Owned by the monitor's thread.
 */
final class Unserved {
    private static final Logger LOG = LoggerFactory.getLogger(Unserved.class);

    private final JobStore jobs;
    private final ReleaseStore releases;
    private final WorkflowView workflows;
    private final Tickets tickets;
    private final Releases starter;
    private Deficit deficit = Deficit.NONE;
    private Set<ReleaseId> orphans = Set.of();

    Unserved(JobStore jobs, ReleaseStore releases, WorkflowView workflows, Tickets tickets, Releases starter) {
        this.jobs = jobs;
        this.releases = releases;
        this.workflows = workflows;
        this.tickets = tickets;
        this.starter = starter;
    }

    /** One round. Throws if the database or Temporal is away; the next round goes on. */
    void round() {
        tickets();
        releases();
    }

    private void tickets() {
        Deficit.Step step = deficit.see(jobs.depth().queued(), workflows.waitingTickets());
        deficit = step.next();
        if (step.ticketsToStart() > 0) {
            LOG.warn("{} queued jobs had no ticket, starting as many", step.ticketsToStart());
        }
        for (long i = 0; i < step.ticketsToStart(); i++) {
            tickets.startExtra();
        }
    }

    private void releases() {
        Set<ReleaseId> seen = new HashSet<>();
        for (Release release : releases.open()) {
            if (!workflows.isOpen(ReleaseWorkflow.workflowId(release.id()))) {
                seen.add(release.id());
                if (orphans.contains(release.id())) {
                    LOG.warn("release {} had no workflow, starting it", release.id());
                    starter.start(release);
                }
            }
        }
        orphans = seen;
    }
}
