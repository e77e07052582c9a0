package dev.shoal.model.gate;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.shoal.model.RegionName;
import java.time.Instant;
import java.util.Optional;

/**
 * A row of {@code build_replicas}: one region's state of one build.
 *
 * @param bytes copied so far
 * @param evidence present exactly when complete
 * @param updatedAt when the status last changed
 */
public record Replica(
        RegionName region,
        ReplicaStatus status,
        long bytes,
        Optional<String> reason,
        Optional<ReplicaEvidence> evidence,
        @JsonProperty("updated_at") Instant updatedAt) {}
