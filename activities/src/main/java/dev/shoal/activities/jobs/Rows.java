package dev.shoal.activities.jobs;

import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.HostId;
import dev.shoal.model.JobId;
import dev.shoal.model.RegionName;
import dev.shoal.model.Release;
import dev.shoal.model.ReleaseId;
import dev.shoal.model.ReleaseStatus;
import dev.shoal.model.Seq;
import dev.shoal.model.gate.BuildStatus;
import dev.shoal.model.gate.Completeness;
import dev.shoal.model.gate.Replica;
import dev.shoal.model.gate.ReplicaEvidence;
import dev.shoal.model.gate.ReplicaStatus;
import dev.shoal.model.gate.ReplicationMode;
import dev.shoal.model.job.Activation;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.job.Build;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobLimits;
import dev.shoal.model.job.JobSource;
import dev.shoal.model.job.JobStage;
import dev.shoal.model.job.JobStatus;
import dev.shoal.model.json.Json;
import dev.shoal.workflows.ReleaseWorkflow;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** From rows to records. */
final class Rows {
    private Rows() {}

    static Job job(ResultSet row) throws SQLException {
        return new Job(
                new JobId(row.getLong("id")),
                new AppName(row.getString("job_name")),
                instant(row, "created_at").orElseThrow(),
                JobStatus.ofWire(row.getString("status")),
                JobStage.ofWire(row.getString("stage")),
                instant(row, "last_heart_beat"),
                row.getInt("priority"),
                row.getInt("attempt"),
                Json.read(row.getString("source"), JobSource.class),
                row.getBoolean("release"),
                regions(row),
                text(row, "host_id").map(HostId::new),
                text(row, "workflow_id"),
                instant(row, "started_at"),
                instant(row, "finished_at"),
                text(row, "build_name").map(BuildName::new),
                row.getBoolean("cancel_requested"),
                text(row, "reason"),
                text(row, "log_tail"),
                row.getString("submitted_by"),
                retryOf(row),
                text(row, "policy").map(Completeness::ofWire).orElse(Completeness.ALL),
                text(row, "limits").map(json -> Json.read(json, JobLimits.class)));
    }

    private static Optional<JobId> retryOf(ResultSet row) throws SQLException {
        long id = row.getLong("retry_of");
        return row.wasNull() ? Optional.empty() : Optional.of(new JobId(id));
    }

    static Optional<Job> oneJob(Query query) {
        return query.map((row, context) -> job(row)).findOne();
    }

    /** Without its replicas, which are rows of another table. */
    static Build build(ResultSet row) throws SQLException {
        return new Build(
                new BuildName(row.getString("build_name")),
                new AppName(row.getString("app")),
                new JobId(row.getLong("job_id")),
                Json.read(row.getString("artifact"), Artifact.class),
                Json.read(row.getString("activation"), Activation.class),
                instant(row, "created_at").orElseThrow(),
                BuildStatus.valueOf(row.getString("status")),
                List.of());
    }

    static Replica replica(ResultSet row) throws SQLException {
        return new Replica(
                new RegionName(row.getString("region")),
                ReplicaStatus.valueOf(row.getString("status")),
                text(row, "mode").map(ReplicationMode::ofWire),
                row.getLong("bytes"),
                text(row, "reason"),
                text(row, "evidence").map(json -> Json.read(json, ReplicaEvidence.class)),
                instant(row, "since").orElseThrow(),
                instant(row, "updated_at").orElseThrow());
    }

    static Release release(ResultSet row) throws SQLException {
        ReleaseId id = new ReleaseId(row.getLong("id"));
        long rollbackOf = row.getLong("rollback_of");
        return new Release(
                id,
                new AppName(row.getString("app")),
                new Seq(row.getLong("seq")),
                new BuildName(row.getString("build_name")),
                ReleaseStatus.ofWire(row.getString("status")),
                regions(row),
                rollbackOf == 0 ? Optional.empty() : Optional.of(new ReleaseId(rollbackOf)),
                instant(row, "created_at").orElseThrow(),
                instant(row, "flipped_at"),
                instant(row, "finished_at"),
                row.getInt("machines_ok"),
                row.getInt("machines_total"),
                Json.readStrings(row.getString("missing")),
                text(row, "reason"),
                ReleaseWorkflow.workflowId(id),
                row.getString("requested_by"));
    }

    static String[] names(Collection<RegionName> regions) {
        return regions.stream().map(RegionName::value).toArray(String[]::new);
    }

    static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        @Nullable OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
        return Optional.ofNullable(at).map(OffsetDateTime::toInstant);
    }

    private static Optional<String> text(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getString(column));
    }

    private static List<RegionName> regions(ResultSet row) throws SQLException {
        Array array = row.getArray("regions");
        return Arrays.stream((String[]) array.getArray()).map(RegionName::new).toList();
    }
}
