package dev.shoal.api.view;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.shoal.activities.jobs.MachineStore.Machine;
import dev.shoal.model.MachineId;
import dev.shoal.model.RegionName;
import dev.shoal.model.report.AppReport;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A machine as last heard of. {@code refused} counts the pointers that it did not believe, by reason; {@code crashes} those of its agent
 * within the last hour. */
public record MachineView(
        MachineId id,
        RegionName region,
        @JsonProperty("agent_version") String agentVersion,
        @JsonProperty("last_seen") Instant lastSeen,
        boolean live,
        List<AppReport> apps,
        Map<String, Long> refused,
        int crashes) {
    public MachineView {
        apps = List.copyOf(apps);
        refused = Map.copyOf(refused);
    }

    /** The wire form. */
    public static MachineView of(Machine machine) {
        return new MachineView(
                machine.id(),
                machine.region(),
                machine.agentVersion(),
                machine.lastSeen(),
                machine.live(),
                machine.apps(),
                machine.refused(),
                machine.crashes());
    }
}
