package dev.shoal.model.gate;

import java.util.Collection;

/** Whether a build is where it should be: derived from its replicas, never written by hand. */
public enum BuildStatus {
    REPLICATING,
    REPLICATED,
    FAILED;

    /** {@code REPLICATED} only if every replica is complete and there is at least one. */
    public static BuildStatus of(Collection<Replica> replicas) {
        if (replicas.stream().anyMatch(r -> r.status() == ReplicaStatus.FAILED)) {
            return FAILED;
        }
        boolean all = !replicas.isEmpty() && replicas.stream().allMatch(r -> r.status() == ReplicaStatus.COMPLETE);
        return all ? REPLICATED : REPLICATING;
    }
}
