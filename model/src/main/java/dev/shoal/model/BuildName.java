package dev.shoal.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** The name of a finished build, {@code <app>-<job id>}: what people release and what the pointer calls {@code b_v}. */
public record BuildName(@JsonValue String value) implements Comparable<BuildName> {
    private static final Pattern SYNTAX = Pattern.compile("[a-z0-9][a-z0-9-]{0,80}");

    /** @throws IllegalArgumentException naming the value that does not match the syntax */
    @JsonCreator
    public BuildName {
        if (!SYNTAX.matcher(value).matches()) {
            throw new IllegalArgumentException("build name must match " + SYNTAX + ", got '" + value + "'");
        }
    }

    @Override
    public int compareTo(BuildName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
