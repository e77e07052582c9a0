package dev.shoal.model.gate;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.shoal.model.RegionName;
import java.time.Instant;
import java.util.Optional;

/**
 * A row of {@code build_replicas}: one region's state of one build.
 *
 * @param mode who brings it there, or brought it; absent before anybody tried
 * @param bytes copied so far
 * @param reason why it failed, or what it waits for
 * @param evidence present exactly when complete
 * @param since when it came into this status
 * @param updatedAt when anything about it last changed
 */
public record Replica(
        RegionName region,
        ReplicaStatus status,
        Optional<ReplicationMode> mode,
        long bytes,
        Optional<String> reason,
        Optional<ReplicaEvidence> evidence,
        Instant since,
        @JsonProperty("updated_at") Instant updatedAt) {}
