package dev.shoal.activities.jobs;

import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.Digest;
import dev.shoal.model.InfoHash;
import dev.shoal.model.RegionName;
import dev.shoal.model.job.Activation;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.json.Json;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A past, written into the database behind the stores' backs, and looks at what became of it. */
public final class RetentionWorld {
    private final PostgresExtension postgres;
    private final List<RegionName> regions;

    public RetentionWorld(PostgresExtension postgres, List<RegionName> regions) {
        this.postgres = postgres;
        this.regions = regions;
    }

    /** A job that ended so long ago. */
    public long job(String app, Duration age, String status) {
        return number("""
                INSERT INTO jobs (job_name, created_at, status, stage, priority, attempt, source, release, regions, finished_at,
                                  submitted_by, request_hash)
                VALUES ('%s', clock_timestamp() - interval '%d seconds', '%s', 'done', 100, 1,
                        '{"type":"git","url":"https://example.com/x","ref":"main"}', false, '{}',
                        clock_timestamp() - interval '%d seconds', 'ann', 'hash') RETURNING id""".formatted(app, age.toSeconds(), status, age.toSeconds()));
    }

    /** A build of a job that ended so long ago, complete in every region. */
    public BuildName build(String app, Digest digest, Duration age) {
        long job = job(app, age, "success");
        BuildName name = new BuildName(app + "-" + job);
        Artifact artifact = new Artifact(digest, 3, new InfoHash("cd".repeat(20)), 1 << 20);
        postgres.execute("""
                INSERT INTO builds (build_name, app, job_id, artifact, activation, status, created_at)
                VALUES ('%s', '%s', %d, '%s', '%s', 'REPLICATED', clock_timestamp() - interval '%d seconds')""".formatted(
                        name, app, job, Json.text(artifact), Json.text(Activation.ofFile("web.jar")), age.toSeconds()));
        regions.forEach(
                region -> postgres.execute("""
                INSERT INTO build_replicas (build_name, region, status, bytes, evidence)
                VALUES ('%s', '%s', 'COMPLETE', 3, '%s')""".formatted(name, region, Json.text(Samples.evidence("etag", 3)))));
        return name;
    }

    /** A release that was flipped and has ended. */
    public void release(BuildName build, int seq) {
        String app = text("SELECT app FROM builds WHERE build_name = '" + build + "'");
        postgres.execute("""
                INSERT INTO apps (app, last_seq) VALUES ('%s', %d)
                    ON CONFLICT (app) DO UPDATE SET last_seq = excluded.last_seq;
                INSERT INTO releases (app, seq, build_name, status, regions, flipped_at, finished_at, requested_by)
                VALUES ('%s', %d, '%s', 'success', '{eu,us}', clock_timestamp(), clock_timestamp(), 'ann')""".formatted(app, seq, app, seq, build));
    }

    public boolean isRetired(BuildName build) {
        return number("SELECT count(*) FROM builds WHERE retired_at IS NOT NULL AND build_name = '" + build + "'") == 1;
    }

    /** The first column of the first row. */
    public long number(String sql) {
        return postgres.database()
                .inTransaction("look", h -> h.createQuery(sql).mapTo(Long.class).one());
    }

    public String text(String sql) {
        return postgres.database()
                .inTransaction(
                        "look", h -> h.createQuery(sql).mapTo(String.class).one());
    }

    public List<String> texts(String sql) {
        return postgres.database()
                .inTransaction(
                        "look", h -> h.createQuery(sql).mapTo(String.class).list());
    }

    /** Leases of whoever was killed are over. */
    public void leasesEnd() {
        postgres.execute("UPDATE object_deletions SET deleting_since = deleting_since - interval '3 minutes'");
    }

    /** A machine that reports this. */
    public void machine(String id, AppName app, BuildName running) {
        postgres.execute(
                """
                INSERT INTO machines (machine_id, region, agent_version, report_number, refused, last_seen)
                VALUES ('%s', 'eu', '1', 1, '{}', clock_timestamp());
                INSERT INTO machine_apps (machine_id, app, seq, report) VALUES ('%s', '%s', 1, '%s')""".formatted(id, id, app, Json.text(Map.of("build", "web-9999", "running", running.value()))));
    }
}
