package dev.shoal.activities.jobs;

import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.Digest;
import dev.shoal.model.RegionName;
import dev.shoal.model.Seq;
import dev.shoal.model.json.Json;
import dev.shoal.model.retention.AppFacts;
import dev.shoal.model.retention.AppFacts.BuildFacts;
import dev.shoal.model.retention.AppFacts.ReleaseFacts;
import dev.shoal.model.retention.RetentionPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** What retention reads. No statement reads a table of history from end to end, however many rows have finished. */
final class RetentionFacts {
    private RetentionFacts() {}

    static Instant now(Handle h) {
        return h.createQuery("SELECT clock_timestamp() AS now")
                .map((row, context) -> Rows.instant(row, "now").orElseThrow())
                .one();
    }

    /** A loose index scan: as many probes of builds_kept as there are apps. */
    static List<AppName> apps(Handle h) {
        return h.createQuery("""
                        WITH RECURSIVE known AS (
                          (SELECT app FROM builds WHERE retired_at IS NULL ORDER BY app LIMIT 1)
                          UNION ALL
                          SELECT (SELECT b.app FROM builds b WHERE b.retired_at IS NULL AND b.app > known.app
                                  ORDER BY b.app LIMIT 1)
                          FROM known WHERE known.app IS NOT NULL)
                        SELECT app FROM known WHERE app IS NOT NULL""")
                .map((row, context) -> new AppName(row.getString("app")))
                .list();
    }

    static Map<AppName, Set<BuildName>> onMachines(Handle h, Duration within) {
        Map<AppName, Set<BuildName>> found = new TreeMap<>();
        h.createQuery("""
                        SELECT a.app, b.build FROM machine_apps a JOIN machines m ON m.machine_id = a.machine_id
                        CROSS JOIN LATERAL (VALUES (a.report ->> 'build'), (a.report ->> 'running')) AS b (build)
                        WHERE b.build IS NOT NULL AND m.last_seen > clock_timestamp() - make_interval(secs => :within)
                        GROUP BY 1, 2""")
                .bind("within", within.toMillis() / 1000.0)
                .map((row, context) ->
                        Map.entry(new AppName(row.getString("app")), new BuildName(row.getString("build"))))
                .forEach(each -> found.computeIfAbsent(each.getKey(), app -> new TreeSet<>())
                        .add(each.getValue()));
        return found;
    }

    static AppFacts of(Handle h, AppName app, Set<BuildName> onMachines) {
        // The job is looked up by a scalar subquery, a probe of its primary key for each build: a join might read all
        // jobs.
        List<BuildFacts> builds = h.createQuery("""
                        SELECT build_name, artifact ->> 'digest' AS digest, (artifact ->> 'size')::bigint AS size, created_at,
                               (SELECT j.finished_at IS NOT NULL FROM jobs j WHERE j.id = b.job_id) AS finished
                        FROM builds b WHERE app = :app AND retired_at IS NULL ORDER BY job_id DESC""")
                .bind("app", app.value())
                .map((row, context) -> new BuildFacts(
                        new BuildName(row.getString("build_name")),
                        new Digest(row.getString("digest")),
                        row.getLong("size"),
                        Rows.instant(row, "created_at").orElseThrow(),
                        row.getBoolean("finished")))
                .list();
        List<ReleaseFacts> releases = h.createQuery("""
                        SELECT seq, build_name, finished_at IS NULL AS open, flipped_at IS NOT NULL AS flipped, regions
                        FROM releases WHERE app = :app ORDER BY seq DESC""")
                .bind("app", app.value())
                .map((row, context) -> new ReleaseFacts(
                        new Seq(row.getLong("seq")),
                        new BuildName(row.getString("build_name")),
                        row.getBoolean("open"),
                        row.getBoolean("flipped"),
                        Arrays.stream((String[]) row.getArray("regions").getArray())
                                .map(RegionName::new)
                                .collect(Collectors.toSet())))
                .list();
        return new AppFacts(app, builds, releases, onMachines);
    }

    static RetentionState state(Handle h) {
        List<RetentionState.Pending> pending = h.createQuery("""
                        SELECT region, count(*) AS prefixes, min(queued_at) AS since
                        FROM object_deletions GROUP BY region ORDER BY region""")
                .map((row, context) -> new RetentionState.Pending(
                        new RegionName(row.getString("region")),
                        row.getLong("prefixes"),
                        Rows.instant(row, "since").orElseThrow()))
                .list();
        return h.createQuery("""
                        SELECT policy, last_round, clock_timestamp() AS now,
                               (SELECT finished_at FROM jobs WHERE finished_at IS NOT NULL ORDER BY id LIMIT 1) AS oldest
                        FROM retention""")
                .map((row, context) -> new RetentionState(
                        Optional.ofNullable(row.getString("policy"))
                                .map(json -> Json.read(json, RetentionPolicy.class)),
                        Rows.instant(row, "last_round"),
                        Rows.instant(row, "oldest"),
                        Rows.instant(row, "now").orElseThrow(),
                        pending))
                .one();
    }
}
