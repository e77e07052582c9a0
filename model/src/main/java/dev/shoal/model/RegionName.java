package dev.shoal.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** A region: the boundary of a swarm, of a Consul datacenter and of an S3 endpoint. */
public record RegionName(@JsonValue String value) implements Comparable<RegionName> {
    private static final Pattern SYNTAX = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?");

    /** @throws IllegalArgumentException naming the value that does not match the syntax */
    @JsonCreator
    public RegionName {
        if (!SYNTAX.matcher(value).matches()) {
            throw new IllegalArgumentException("region must match " + SYNTAX + ", got '" + value + "'");
        }
    }

    @Override
    public int compareTo(RegionName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
