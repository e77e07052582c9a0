package dev.shoal.workflows;

import dev.shoal.model.BuildName;
import dev.shoal.model.RegionName;
import io.temporal.activity.ActivityInterface;

/** The copy to a region and the gate, on {@link TaskQueues#CONTROL}; parallel over regions. */
@ActivityInterface
public interface ReplicationActivities {
    /** Copies artifact and metainfo from the home region, verifying on the way; nothing to do where they lie already. Heartbeats. */
    void replicate(BuildName build, RegionName region);

    /**
     * Checks the region once and stores the evidence. Throws a benign failure while the region does not hold verified bytes, so
     * that the retry policy polls.
     */
    void awaitReplication(BuildName build, RegionName region);

    /** Writes that the region gave up, with the reason. */
    void replicationFailed(BuildName build, RegionName region, String reason);
}
