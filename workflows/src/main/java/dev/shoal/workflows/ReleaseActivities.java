package dev.shoal.workflows;

import dev.shoal.model.Release;
import dev.shoal.model.ReleaseId;
import dev.shoal.model.ReleaseStatus;
import io.temporal.activity.ActivityInterface;
import java.util.Optional;

/** The steps of a release, on {@link TaskQueues#CONTROL}. */
@ActivityInterface
public interface ReleaseActivities {
    /** The row of the release. */
    Release loadRelease(ReleaseId release);

    /**
     * Checks the gate once more, signs the pointer and writes it to the global Consul by CAS; writing what is there already is
     * success. Throws {@link FailureTypes#SUPERSEDED} if a higher seq is there, {@link FailureTypes#NOT_REPLICATED} if the gate
     * is closed.
     */
    Release publishPointer(ReleaseId release);

    /**
     * Watches the machines of a release that has been published and stores the progress in the row. Returns when waiting longer is
     * useless, when the counts have changed and a few seconds have passed, and after a minute in any case. Heartbeats.
     */
    Progress observe(ReleaseId release);

    /** Ends the release. A release that has ended stays as it is. */
    Release finishRelease(ReleaseId release, ReleaseStatus status, Optional<String> reason);

    /**
     * What the machines say.
     *
     * @param done whether waiting longer is useless
     * @param status what the release would end as
     */
    record Progress(int healthy, int total, boolean done, ReleaseStatus status, Optional<String> reason) {}
}
