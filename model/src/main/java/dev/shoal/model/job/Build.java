package dev.shoal.model.job;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.JobId;
import dev.shoal.model.gate.BuildStatus;
import dev.shoal.model.gate.Replica;
import java.time.Instant;
import java.util.List;

/** A row of {@code builds} with its rows of {@code build_replicas}. The status is derived from the replicas. */
public record Build(
        @JsonProperty("build_name") BuildName name,
        AppName app,
        @JsonProperty("job_id") JobId job,
        Artifact artifact,
        Activation activation,
        @JsonProperty("created_at") Instant createdAt,
        BuildStatus status,
        List<Replica> replicas) {
    public Build {
        replicas = List.copyOf(replicas);
    }
}
