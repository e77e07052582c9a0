package dev.shoal.workerhost;

import dev.shoal.activities.jobs.JobStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts tickets for queued jobs that have none, whose starter died between the row and the start. Any number of monitors may do
 * so: a ticket too many ends at once. Owned by the monitor's thread.
 */
public final class UnservedTickets {
    private static final Logger LOG = LoggerFactory.getLogger(UnservedTickets.class);

    private final JobStore jobs;
    private final OpenWorkflows workflows;
    private final Runnable startTicket;
    private Deficit deficit = Deficit.NONE;

    /** {@code startTicket} starts one that is not bound to a job. */
    public UnservedTickets(JobStore jobs, OpenWorkflows workflows, Runnable startTicket) {
        this.jobs = jobs;
        this.workflows = workflows;
        this.startTicket = startTicket;
    }

    /** One round. Throws if the database or Temporal is away; the next round goes on. */
    public void round() {
        Deficit.Step step = deficit.see(jobs.claimable(), workflows.waitingTickets());
        deficit = step.next();
        if (step.ticketsToStart() > 0) {
            LOG.warn("{} queued jobs had no ticket, starting as many", step.ticketsToStart());
        }
        for (long i = 0; i < step.ticketsToStart(); i++) {
            startTicket.run();
        }
    }
}
