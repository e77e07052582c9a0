package dev.shoal.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** A build host. Stable across restarts of its process on the same disk, since its task queue is named after it. */
public record HostId(@JsonValue String value) implements Comparable<HostId> {
    private static final Pattern SYNTAX = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    /** @throws IllegalArgumentException naming the value that does not match the syntax */
    @JsonCreator
    public HostId {
        if (!SYNTAX.matcher(value).matches()) {
            throw new IllegalArgumentException("host id must match " + SYNTAX + ", got '" + value + "'");
        }
    }

    @Override
    public int compareTo(HostId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
