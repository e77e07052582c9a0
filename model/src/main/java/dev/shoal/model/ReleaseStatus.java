package dev.shoal.model;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The status of a release. */
public enum ReleaseStatus {
    /** Its seq is allocated; the pointer is not written yet. */
    PENDING,
    /** The pointer is in the global Consul; machines are following. */
    ROLLING,
    /** Every live machine of every named region runs it. */
    SUCCESS,
    /** The deadline passed and some machines do not run it. */
    INCOMPLETE,
    /** A release with a higher seq was made before this one finished. */
    SUPERSEDED,
    /** The pointer could not be written. */
    FAILED;

    /** The form in SQL and JSON: lower case. */
    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The inverse of {@link #wire()}. @throws IllegalArgumentException for any other word */
    public static ReleaseStatus ofWire(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }

    /** Whether a release in this status never changes again. */
    public boolean isFinal() {
        return this != PENDING && this != ROLLING;
    }
}
