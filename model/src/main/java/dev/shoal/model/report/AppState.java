package dev.shoal.model.report;

/** How far a machine is with the newest release of an app that it has seen. */
public enum AppState {
    /** The pointer was believed; nothing is downloaded yet. */
    SEEN,
    DOWNLOADING,
    VERIFYING,
    /** Verified on disk, waiting for its cohort to open. */
    STAGED,
    ACTIVATING,
    /** Switched over, and its health check passes. */
    HEALTHY,
    /** Gave up for now; {@code detail} says why. */
    FAILED
}
