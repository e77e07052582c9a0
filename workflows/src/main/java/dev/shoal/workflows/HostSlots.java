package dev.shoal.workflows;

import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;

/**
 * Tells hosts that a job's last step on them has ended. In the background and beyond a cancel, so that a dead host does not hold
 * the job up. Owned by one workflow.
 */
final class HostSlots {
    private static final Logger LOG = Workflow.getLogger(HostSlots.class);

    private final List<Promise<Void>> pending = new ArrayList<>();

    void release(ClaimedJob job) {
        HostActivities host = Workflow.newActivityStub(HostActivities.class, ActivityPolicies.releaseHost(job.host()));
        Workflow.newDetachedCancellationScope(() -> pending.add(Async.procedure(host::releaseHost, job)))
                .run();
    }

    /** Waits for all of them; a host that did not answer is gone, and its slots with it. */
    void await() {
        for (Promise<Void> release : pending) {
            try {
                release.get();
            } catch (TemporalFailure gone) {
                LOG.info("slot not freed: {}", Mishap.of(gone).reason());
            }
        }
        pending.clear();
    }
}
