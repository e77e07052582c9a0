package dev.shoal.workflows;

import dev.shoal.model.HostId;

/** The Temporal task queues. */
public final class TaskQueues {
    /** Workflow tasks; served by every worker host. */
    public static final String WORKFLOWS = "shoal-workflows";

    /** {@link ClaimActivities}; polled only by build hosts with a free slot. */
    public static final String CLAIM = "shoal-claim";

    /** Activities that any release host can do. */
    public static final String CONTROL = "shoal-control";

    private TaskQueues() {}

    /** The queue that only this host polls: {@link HostActivities}. */
    public static String ofHost(HostId host) {
        return "shoal-host-" + host;
    }
}
