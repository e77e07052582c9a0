package dev.shoal.simulation.demo;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/** What {@code --json} writes: the demo's outcome. */
public record DemoReport(
        int regions,
        int machines,
        List<Released> releases,
        @JsonProperty("version_after_rollback") String versionAfterRollback,
        @JsonProperty("wall_seconds") double wallSeconds) {
    public DemoReport {
        releases = List.copyOf(releases);
    }

    /** One release of the demo. */
    public record Released(
            @JsonProperty("b_v") String build,
            long seq,
            @JsonProperty("machines_ok") int machinesOk,
            @JsonProperty("flip_to_first_ms") long flipToFirstMs,
            @JsonProperty("flip_to_last_ms") long flipToLastMs) {}
}
