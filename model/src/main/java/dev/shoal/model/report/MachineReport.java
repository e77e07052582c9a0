package dev.shoal.model.report;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.shoal.model.MachineId;
import dev.shoal.model.RegionName;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What a machine reports: on every change, and as a sign of life.
 *
 * @param number increases with every report of the machine, also across restarts; a smaller one is stale
 * @param refused how often a pointer was refused since the agent started, by reason
 * @param crashes how often the agent ended without being told to, within the last hour
 */
public record MachineReport(
        MachineId machine,
        RegionName region,
        long number,
        @JsonProperty("agent_version") String agentVersion,
        List<AppReport> apps,
        Map<String, Long> refused,
        int crashes,
        @JsonProperty("reported_at") Instant reportedAt) {
    public MachineReport {
        requireNonNull(machine, "machine is missing");
        requireNonNull(region, "region is missing");
        requireNonNull(agentVersion, "agent_version is missing");
        requireNonNull(reportedAt, "reported_at is missing");
        apps = List.copyOf(apps);
        refused = Map.copyOf(refused);
    }
}
