package dev.shoal.model.job;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a running job is doing. For people; decisions use {@link JobStatus}. */
public enum JobStage {
    QUEUED,
    BUILDING,
    UPLOADING,
    REPLICATING,
    DONE;

    /** The form in SQL and JSON: lower case. */
    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The inverse of {@link #wire()}. @throws IllegalArgumentException for any other word */
    public static JobStage ofWire(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }
}
