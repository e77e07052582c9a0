package dev.shoal.workflows;

/** The types of the {@code ApplicationFailure}s that activities throw and workflows decide upon. None of them is retried. */
public final class FailureTypes {
    /**
     * The build itself is at fault: command failed, artifact missing, time limit, bad source. The job fails with the message as its
     * reason. The first detail, if there is one, is a {@code String}: the last lines of the log.
     */
    public static final String BUILD_FAILED = "BuildFailed";

    /** The attempt no longer owns the job (SQL says so). The writer stops and changes nothing. */
    public static final String OWNERSHIP_LOST = "OwnershipLost";

    /** The host no longer has the built file. The job is claimed again. */
    public static final String ARTIFACT_LOST = "ArtifactLost";

    /** The attempt has no slot on the host, which was restarted or gave it to another. The job is claimed again. */
    public static final String SLOT_LOST = "SlotLost";

    /** Somebody asked for the job to be cancelled. */
    public static final String CANCEL_REQUESTED = "CancelRequested";

    /** The host is shutting down and hands the job back. The job is claimed again. */
    public static final String HOST_DRAINING = "HostDraining";

    /** The process that performed the step died, as its successor on the same host says. The job is claimed again. */
    public static final String HOST_RESTARTED = "HostRestarted";

    /** A release with a higher seq exists. */
    public static final String SUPERSEDED = "Superseded";

    /** The release gate is closed. */
    public static final String NOT_REPLICATED = "NotReplicated";

    /** A region holds other bytes than the build's under its digest. Waiting does not mend it. */
    public static final String REPLICA_BAD = "ReplicaBad";

    /**
     * The home region does not hold the bytes that were built, and there is no other copy to trust. The job fails; its retry uploads them
     * anew.
     */
    public static final String HOME_BAD = "HomeBad";

    /** A row that the activity was called for does not exist. */
    public static final String UNKNOWN_ROW = "UnknownRow";

    /** All of the above, for the retry policies. */
    public static String[] all() {
        return new String[] {
            BUILD_FAILED,
            OWNERSHIP_LOST,
            ARTIFACT_LOST,
            SLOT_LOST,
            CANCEL_REQUESTED,
            HOST_DRAINING,
            HOST_RESTARTED,
            SUPERSEDED,
            NOT_REPLICATED,
            REPLICA_BAD,
            HOME_BAD,
            UNKNOWN_ROW
        };
    }

    private FailureTypes() {}
}
