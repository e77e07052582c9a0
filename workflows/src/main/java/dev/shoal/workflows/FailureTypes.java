package dev.shoal.workflows;

/** The types of the {@code ApplicationFailure}s that activities throw and workflows decide upon. None of them is retried. */
public final class FailureTypes {
    /** The build itself is at fault: command failed, artifact missing, time limit, bad source. The job fails. */
    public static final String BUILD_FAILED = "BuildFailed";

    /** The attempt no longer owns the job (SQL says so). The writer stops and changes nothing. */
    public static final String OWNERSHIP_LOST = "OwnershipLost";

    /** The host no longer has the built file. The job is claimed again. */
    public static final String ARTIFACT_LOST = "ArtifactLost";

    /** Somebody asked for the job to be cancelled. */
    public static final String CANCEL_REQUESTED = "CancelRequested";

    /** The host is shutting down and hands the job back. The job is claimed again. */
    public static final String HOST_DRAINING = "HostDraining";

    /** A release with a higher seq exists. */
    public static final String SUPERSEDED = "Superseded";

    /** The release gate is closed. */
    public static final String NOT_REPLICATED = "NotReplicated";

    private FailureTypes() {}
}
