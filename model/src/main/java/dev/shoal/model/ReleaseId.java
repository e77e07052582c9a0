package dev.shoal.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** The id of a row in {@code releases}. */
public record ReleaseId(@JsonValue long value) implements Comparable<ReleaseId> {
    /** @throws IllegalArgumentException if the value is not positive */
    @JsonCreator
    public ReleaseId {
        if (value < 1) {
            throw new IllegalArgumentException("release id must be positive, got " + value);
        }
    }

    @Override
    public int compareTo(ReleaseId other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
