package dev.shoal.simulation.load;

import java.util.Locale;

/** A point on a job's way, in order. */
public enum Point {
    /** The client asks for the first time. */
    SUBMIT,
    /** The job's row is in the database. */
    QUEUED,
    /** A host has claimed it. */
    CLAIMED,
    /** Its command runs, as the command itself says. */
    RUNNING,
    /** A follower of its log has its first line. Known for those jobs that are followed. */
    FIRST_OUTPUT,
    /** The artifact lies in the home region and the build is recorded. */
    UPLOADED,
    /** The last region has shown that it holds it. */
    REPLICATED,
    /** The pointer is written to the global Consul. */
    RELEASED,
    /** The last machine runs it. */
    ACTIVE;

    /** As in an objective's name: lower case. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
