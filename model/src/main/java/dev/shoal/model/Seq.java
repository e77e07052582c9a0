package dev.shoal.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** The sequence number of a release within its app, allocated in SQL. A pointer only moves to a higher one. */
public record Seq(@JsonValue long value) implements Comparable<Seq> {
    /** @throws IllegalArgumentException if the value is not positive */
    @JsonCreator
    public Seq {
        if (value < 1) {
            throw new IllegalArgumentException("seq must be positive, got " + value);
        }
    }

    @Override
    public int compareTo(Seq other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
