package dev.shoal.activities.jobs;

import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.RegionName;
import dev.shoal.model.gate.BuildStatus;
import dev.shoal.model.gate.Replica;
import dev.shoal.model.gate.ReplicaEvidence;
import dev.shoal.model.job.Activation;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.job.Build;
import dev.shoal.model.json.Json;
import dev.shoal.workflows.Lease;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

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
            int created = h.createUpdate("""
                    INSERT INTO builds (build_name, app, job_id, artifact, activation, status)
                    VALUES (:name, :app, :job, CAST(:artifact AS jsonb), CAST(:activation AS jsonb), 'REPLICATING')
                    ON CONFLICT (build_name) DO NOTHING""")
                    .bind("name", name.value())
                    .bind("app", app.value())
                    .bind("job", lease.job().value())
                    .bind("artifact", Json.text(artifact))
                    .bind("activation", Json.text(activation))
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
    public List<Build> list(Optional<AppName> app, int limit) {
        return database.inTransaction("list of builds", h -> {
            List<String> names = h.createQuery("""
                            SELECT build_name FROM builds WHERE (CAST(:app AS text) IS NULL OR app = :app)
                            ORDER BY created_at DESC, build_name DESC LIMIT :limit""")
                    .bind("app", app.map(AppName::value).orElse(null))
                    .bind("limit", limit)
                    .mapTo(String.class)
                    .list();
            List<Build> builds = new ArrayList<>();
            names.forEach(name -> load(h, new BuildName(name)).ifPresent(builds::add));
            return builds;
        });
    }

    @Override
    public void progress(BuildName build, RegionName region, long bytes) {
        change("progress", build, region, h -> h.createUpdate("""
                UPDATE build_replicas SET status = 'IN_PROGRESS', bytes = :bytes, reason = NULL, updated_at = clock_timestamp()
                WHERE build_name = :build AND region = :region AND status <> 'COMPLETE'""").bind("bytes", bytes));
    }

    @Override
    public Replica complete(BuildName build, RegionName region, ReplicaEvidence evidence) {
        change(
                "evidence",
                build,
                region,
                h -> h.createUpdate("""
                UPDATE build_replicas SET status = 'COMPLETE', bytes = :bytes, reason = NULL,
                       evidence = CAST(:evidence AS jsonb), updated_at = clock_timestamp()
                WHERE build_name = :build AND region = :region AND status <> 'COMPLETE'""").bind("bytes", evidence.size()).bind("evidence", Json.text(evidence)));
        return find(build).stream()
                .flatMap(b -> b.replicas().stream())
                .filter(r -> r.region().equals(region))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("build " + build + " has no replica in " + region));
    }

    @Override
    public void failed(BuildName build, RegionName region, String reason) {
        change("failure", build, region, h -> h.createUpdate("""
                UPDATE build_replicas SET status = 'FAILED', reason = :reason, updated_at = clock_timestamp()
                WHERE build_name = :build AND region = :region AND status <> 'COMPLETE'""").bind("reason", reason));
    }

    private void change(
            String what, BuildName build, RegionName region, Database.Work<org.jdbi.v3.core.statement.Update> update) {
        database.inTransaction(what + " of " + build + " in " + region, h -> {
            // The build's row is the lock: two regions that complete at once must each see the other's replica.
            h.createQuery("SELECT 1 FROM builds WHERE build_name = :build FOR UPDATE")
                    .bind("build", build.value())
                    .mapTo(Integer.class)
                    .findOne();
            update.in(h)
                    .bind("build", build.value())
                    .bind("region", region.value())
                    .execute();
            BuildStatus status = BuildStatus.of(replicas(h, build));
            return h.createUpdate("UPDATE builds SET status = :status WHERE build_name = :build AND status <> :status")
                    .bind("status", status.name())
                    .bind("build", build.value())
                    .execute();
        });
    }

    static Optional<Build> load(Handle h, BuildName name) {
        List<Replica> replicas = replicas(h, name);
        return h.createQuery("SELECT * FROM builds WHERE build_name = :name")
                .bind("name", name.value())
                .map((row, context) -> Rows.build(row, replicas))
                .findOne();
    }

    static List<Replica> replicas(Handle h, BuildName name) {
        return h.createQuery("SELECT * FROM build_replicas WHERE build_name = :name ORDER BY region")
                .bind("name", name.value())
                .map((row, context) -> Rows.replica(row))
                .list();
    }
}
