package dev.shoal.workflows;

import dev.shoal.model.HostId;
import java.time.Duration;

/** The Temporal task queues. */
public final class TaskQueues {
    /** Workflow tasks; served by release hosts only, so that a build host that freezes never holds the decision to leave it. */
    public static final String WORKFLOWS = "shoal-workflows";

    /** A workflow task takes milliseconds; a release host that died with one holds its workflow up for so long. */
    public static final Duration WORKFLOW_TASK_TAKES = Duration.ofSeconds(5);

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
