package dev.shoal.model.job;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The status of a job. {@code QUEUED} and {@code RUNNING} are open, the others are final. */
public enum JobStatus {
    QUEUED,
    RUNNING,
    FAILED,
    STOPPED,
    SUCCESS;

    /** Whether a job in this status never changes again. */
    public boolean isFinal() {
        return this != QUEUED && this != RUNNING;
    }

    /** The form in SQL and JSON: lower case. */
    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The inverse of {@link #wire()}. @throws IllegalArgumentException for any other word */
    public static JobStatus ofWire(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }
}
