package dev.shoal.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** The SHA-1 of a v1 torrent's info dictionary: 40 lower-case hex digits. */
public record InfoHash(@JsonValue String value) implements Comparable<InfoHash> {
    private static final Pattern SYNTAX = Pattern.compile("[0-9a-f]{40}");

    /** @throws IllegalArgumentException naming the value that does not match the syntax */
    @JsonCreator
    public InfoHash {
        if (!SYNTAX.matcher(value).matches()) {
            throw new IllegalArgumentException("info hash must match " + SYNTAX + ", got '" + value + "'");
        }
    }

    @Override
    public int compareTo(InfoHash other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
