package dev.shoal.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** A machine that runs released builds. */
public record MachineId(@JsonValue String value) implements Comparable<MachineId> {
    private static final Pattern SYNTAX = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    /** @throws IllegalArgumentException naming the value that does not match the syntax */
    @JsonCreator
    public MachineId {
        if (!SYNTAX.matcher(value).matches()) {
            throw new IllegalArgumentException("machine id must match " + SYNTAX + ", got '" + value + "'");
        }
    }

    @Override
    public int compareTo(MachineId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
