package dev.shoal.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** The id of a row in {@code jobs}. */
public record JobId(@JsonValue long value) implements Comparable<JobId> {
    /** @throws IllegalArgumentException if the value is not positive */
    @JsonCreator
    public JobId {
        if (value < 1) {
            throw new IllegalArgumentException("job id must be positive, got " + value);
        }
    }

    @Override
    public int compareTo(JobId other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
