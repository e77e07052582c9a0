package dev.shoal.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A row of {@code releases}.
 *
 * @param rollbackOf the release whose build this one brings back, for people
 * @param missing machines that did not run it by the deadline, each with what it last said
 * @param flippedAt when the pointer was written to the global Consul
 */
public record Release(
        ReleaseId id,
        AppName app,
        Seq seq,
        @JsonProperty("build_name") BuildName build,
        ReleaseStatus status,
        List<RegionName> regions,
        @JsonProperty("rollback_of") Optional<ReleaseId> rollbackOf,
        @JsonProperty("created_at") Instant createdAt,
        @JsonProperty("flipped_at") Optional<Instant> flippedAt,
        @JsonProperty("finished_at") Optional<Instant> finishedAt,
        @JsonProperty("machines_ok") int machinesOk,
        @JsonProperty("machines_total") int machinesTotal,
        Map<String, String> missing,
        Optional<String> reason,
        @JsonProperty("workflow_id") String workflowId,
        @JsonProperty("requested_by") String requestedBy) {
    public Release {
        regions = List.copyOf(regions);
        missing = Map.copyOf(missing);
    }
}
