package dev.shoal.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** The name of a program, as in {@code shoal.yaml} and in the Consul key {@code shoal/apps/<app>/version}: a DNS label. */
public record AppName(@JsonValue String value) implements Comparable<AppName> {
    private static final Pattern SYNTAX = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

    /** @throws IllegalArgumentException naming the value that does not match the syntax */
    @JsonCreator
    public AppName {
        if (!SYNTAX.matcher(value).matches()) {
            throw new IllegalArgumentException("app name must match " + SYNTAX + ", got '" + value + "'");
        }
    }

    @Override
    public int compareTo(AppName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
