package dev.shoal.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** The SHA-256 of an artifact: 64 lower-case hex digits. It is also the S3 key of its bytes. */
public record Digest(@JsonValue String value) implements Comparable<Digest> {
    private static final Pattern SYNTAX = Pattern.compile("[0-9a-f]{64}");

    /** @throws IllegalArgumentException naming the value that does not match the syntax */
    @JsonCreator
    public Digest {
        if (!SYNTAX.matcher(value).matches()) {
            throw new IllegalArgumentException("SHA-256 digest must match " + SYNTAX + ", got '" + value + "'");
        }
    }

    @Override
    public int compareTo(Digest other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
