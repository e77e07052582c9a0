package dev.shoal.model.gate;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;

/** Who brings a build to a region. */
public enum ReplicationMode {
    /** Shoal does, from the home region. */
    COPY,
    /** The provider of the buckets does, and Shoal only if that fails or takes too long. */
    MANAGED;

    /** The form in configuration files, JSON and SQL. */
    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads the wire form. @throws IllegalArgumentException if it is none */
    @JsonCreator
    public static ReplicationMode ofWire(String wire) {
        return Arrays.stream(values())
                .filter(mode -> mode.wire().equals(wire))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("replication is copy or managed, not '" + wire + "'"));
    }
}
