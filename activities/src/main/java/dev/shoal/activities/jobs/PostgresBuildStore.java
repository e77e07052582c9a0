package dev.shoal.activities.jobs;

import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.RegionName;
import dev.shoal.model.gate.BuildStatus;
import dev.shoal.model.gate.Replica;
import dev.shoal.model.gate.ReplicaEvidence;
import dev.shoal.model.gate.ReplicationMode;
import dev.shoal.model.job.Activation;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.job.Build;
import dev.shoal.workflows.Lease;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.Update;

/** Builds and replicas on Postgres. Thread-safe. */
public final class PostgresBuildStore implements BuildStore {
    private final Database database;

    public PostgresBuildStore(Database database) {
        this.database = database;
    }

    @Override
    public Optional<Build> record(
            Lease lease, AppName app, Artifact artifact, Activation activation, List<RegionName> regions) {
        BuildName name = new BuildName(app + "-" + lease.job());
        return database.inTransaction("record of build " + name, h -> {
            int owned = h.createUpdate("""
                    UPDATE jobs SET build_name = :name, stage = 'replicating', last_heart_beat = clock_timestamp()
                    WHERE id = :id AND attempt = :attempt AND status = 'running'""")
                    .bind("name", name.value())
                    .bind("id", lease.job().value())
                    .bind("attempt", lease.attempt())
                    .execute();
            if (owned == 0) {
                return Optional.empty();
            }
            ObjectLocks.keepArtifact(h, artifact.digest());
            int created = h.createUpdate("""
                    INSERT INTO builds (build_name, app, job_id, artifact, activation, status)
                    VALUES (:name, :app, :job, CAST(:artifact AS jsonb), CAST(:activation AS jsonb), 'REPLICATING')
                    ON CONFLICT (build_name) DO NOTHING""")
                    .bind("name", name.value())
                    .bind("app", app.value())
                    .bind("job", lease.job().value())
                    .bind("artifact", PostgresText.json(artifact))
                    .bind("activation", PostgresText.json(activation))
                    .execute();
            if (created == 1) {
                regions.forEach(region -> h.createUpdate(
                                "INSERT INTO build_replicas (build_name, region, status) VALUES (:name, :region, 'PENDING')")
                        .bind("name", name.value())
                        .bind("region", region.value())
                        .execute());
            }
            return load(h, name);
        });
    }

    @Override
    public Optional<Build> find(BuildName name) {
        return database.inTransaction("find of build " + name, h -> load(h, name));
    }

    @Override
    public Optional<String> attest(BuildName build, String envelope) {
        return database.inTransaction(
                "provenance of " + build,
                h -> h.createQuery("""
                        UPDATE builds SET provenance = COALESCE(provenance, :envelope)
                        WHERE build_name = :build RETURNING provenance""")
                        .bind("envelope", envelope)
                        .bind("build", build.value())
                        .mapTo(String.class)
                        .findOne());
    }

    @Override
    public Optional<String> provenance(BuildName build) {
        return database.inTransaction(
                "provenance of " + build,
                h -> h.createQuery("SELECT provenance FROM builds WHERE build_name = :build AND provenance IS NOT NULL")
                        .bind("build", build.value())
                        .mapTo(String.class)
                        .findOne());
    }

    @Override
    public List<Build> list(Optional<AppName> app, int limit) {
        return database.inTransaction("list of builds", h -> {
            Query select = h.createQuery("SELECT * FROM builds"
                            + app.map(a -> " WHERE app = :app").orElse("") + " ORDER BY job_id DESC LIMIT :limit")
                    .bind("limit", limit);
            app.ifPresent(a -> select.bind("app", a.value()));
            return withReplicas(h, select);
        });
    }

    @Override
    public void progress(BuildName build, RegionName region, long bytes) {
        change("progress", build, region, h -> h.createUpdate("""
                UPDATE build_replicas SET status = 'IN_PROGRESS', mode = 'copy', bytes = :bytes, reason = NULL,
                       since = CASE WHEN status = 'IN_PROGRESS' THEN since ELSE clock_timestamp() END,
                       updated_at = clock_timestamp()
                WHERE build_name = :build AND region = :region AND status <> 'COMPLETE'""").bind("bytes", bytes));
    }

    @Override
    public void waiting(BuildName build, RegionName region, ReplicationMode mode, String reason) {
        change(
                "wait",
                build,
                region,
                h -> h.createUpdate("""
                UPDATE build_replicas SET mode = :mode, reason = :reason,
                       since = CASE WHEN status = 'FAILED' THEN clock_timestamp() ELSE since END,
                       status = CASE WHEN status = 'FAILED' THEN 'PENDING' ELSE status END,
                       updated_at = clock_timestamp()
                WHERE build_name = :build AND region = :region AND status <> 'COMPLETE'""").bind("mode", mode.wire()).bind("reason", PostgresText.of(reason)));
    }

    @Override
    public Replica complete(BuildName build, RegionName region, ReplicaEvidence evidence) {
        return change(
                "evidence",
                build,
                region,
                h -> h.createUpdate("""
                UPDATE build_replicas SET status = 'COMPLETE', bytes = :bytes, reason = NULL,
                       evidence = CAST(:evidence AS jsonb), since = clock_timestamp(), updated_at = clock_timestamp()
                WHERE build_name = :build AND region = :region AND status <> 'COMPLETE'""").bind("bytes", evidence.size()).bind("evidence", PostgresText.json(evidence)));
    }

    @Override
    public void refuted(BuildName build, RegionName region, String reason) {
        change("refutation", build, region, h -> h.createUpdate("""
                UPDATE build_replicas SET status = 'FAILED', reason = :reason, evidence = NULL,
                       since = CASE WHEN status = 'FAILED' THEN since ELSE clock_timestamp() END,
                       updated_at = clock_timestamp()
                WHERE build_name = :build AND region = :region""").bind("reason", PostgresText.of(reason)));
    }

    @Override
    public void failed(BuildName build, RegionName region, String reason) {
        change("failure", build, region, h -> h.createUpdate("""
                UPDATE build_replicas SET status = 'FAILED', reason = :reason,
                       since = CASE WHEN status = 'FAILED' THEN since ELSE clock_timestamp() END,
                       updated_at = clock_timestamp()
                WHERE build_name = :build AND region = :region AND status <> 'COMPLETE'""").bind("reason", PostgresText.of(reason)));
    }

    private Replica change(String what, BuildName build, RegionName region, Database.Work<Update> update) {
        return database.inTransaction(what + " of " + build + " in " + region, h -> {
            // The build's row is the lock: two regions that complete at once must each see the other's replica. NO KEY,
            // so
            // that a release which holds the replicas can go on to name the build.
            h.createQuery("SELECT 1 FROM builds WHERE build_name = :build FOR NO KEY UPDATE")
                    .bind("build", build.value())
                    .mapTo(Integer.class)
                    .findOne();
            update.in(h)
                    .bind("build", build.value())
                    .bind("region", region.value())
                    .execute();
            List<Replica> replicas = replicas(h, build, "");
            h.createUpdate("UPDATE builds SET status = :status WHERE build_name = :build AND status <> :status")
                    .bind("status", BuildStatus.of(replicas).name())
                    .bind("build", build.value())
                    .execute();
            return replicas.stream()
                    .filter(r -> r.region().equals(region))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("build " + build + " has no replica in " + region));
        });
    }

    static Optional<Build> load(Handle h, BuildName name) {
        return withReplicas(
                        h,
                        h.createQuery("SELECT * FROM builds WHERE build_name = :name")
                                .bind("name", name.value()))
                .stream()
                .findFirst();
    }

    /** The replicas as they are and stay until the transaction ends. */
    static List<Replica> lockedReplicas(Handle h, BuildName name) {
        return replicas(h, name, " FOR SHARE");
    }

    private static List<Replica> replicas(Handle h, BuildName name, String lock) {
        return h.createQuery("SELECT * FROM build_replicas WHERE build_name = :name ORDER BY region" + lock)
                .bind("name", name.value())
                .map((row, context) -> Rows.replica(row))
                .list();
    }

    private static List<Build> withReplicas(Handle h, Query builds) {
        // Rows first, then all replicas at once: two statements, however long the list.
        List<Build> bare = builds.map((row, context) -> Rows.build(row)).list();
        Map<String, List<Replica>> replicas = new HashMap<>();
        h.createQuery("SELECT * FROM build_replicas WHERE build_name = ANY (:names) ORDER BY build_name, region")
                .bindArray(
                        "names",
                        String.class,
                        bare.stream().map(b -> b.name().value()).toArray())
                .map((row, context) -> Map.entry(row.getString("build_name"), Rows.replica(row)))
                .forEach(e -> replicas.computeIfAbsent(e.getKey(), name -> new ArrayList<>())
                        .add(e.getValue()));
        return bare.stream()
                .map(b -> withReplicas(b, replicas.getOrDefault(b.name().value(), List.of())))
                .toList();
    }

    /** The status is derived here as it is for the column, so that a build and its replicas always agree. */
    private static Build withReplicas(Build b, List<Replica> replicas) {
        return new Build(
                b.name(),
                b.app(),
                b.job(),
                b.artifact(),
                b.activation(),
                b.createdAt(),
                BuildStatus.of(replicas),
                replicas);
    }
}
