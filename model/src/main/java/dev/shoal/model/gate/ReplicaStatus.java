package dev.shoal.model.gate;

/** How far one region has a build. */
public enum ReplicaStatus {
    PENDING,
    IN_PROGRESS,
    COMPLETE,
    FAILED
}
