package dev.shoal.activities.jobs;

import dev.shoal.activities.blobs.StoredObjects;
import dev.shoal.model.Digest;
import dev.shoal.model.RegionName;
import dev.shoal.model.retention.RetentionPolicy;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** The table {@code object_deletions}, and who writes into it. Each method is within the caller's transaction. */
final class ObjectDeletions {
    private ObjectDeletions() {}

    static void condemn(Handle h, Collection<String> prefixes, Collection<RegionName> regions) {
        h.createUpdate("""
                        INSERT INTO object_deletions (prefix, region)
                        SELECT p, r FROM unnest(:prefixes) AS p CROSS JOIN unnest(:regions) AS r
                        ON CONFLICT DO NOTHING""")
                .bindArray("prefixes", String.class, prefixes.toArray())
                .bindArray("regions", String.class, (Object[]) Rows.names(regions))
                .execute();
    }

    /** Those that a build which is not retired has, or that an attempt is about to rely on. One statement, so one snapshot. */
    static Set<Digest> held(Handle h, Set<Digest> digests) {
        return new HashSet<>(h.createQuery("""
                        SELECT d FROM unnest(:digests) AS d
                        WHERE EXISTS (SELECT 1 FROM builds b WHERE b.artifact ->> 'digest' = d AND b.retired_at IS NULL)
                           OR EXISTS (SELECT 1 FROM artifact_claims c WHERE c.digest = d
                                      AND (SELECT j.status = 'running' AND j.attempt = c.attempt FROM jobs j WHERE j.id = c.job_id))""")
                .bindArray(
                        "digests",
                        String.class,
                        digests.stream().map(Digest::value).toArray())
                .map((row, context) -> new Digest(row.getString("d")))
                .list());
    }

    static int condemnOrphans(Handle h, Set<Digest> listed, List<RegionName> regions) {
        Set<Digest> orphans = new HashSet<>(listed);
        orphans.removeAll(held(h, listed));
        orphans.removeIf(digest -> isCondemned(h, digest) || !ObjectLocks.tryLock(h, ObjectLocks.artifact(digest)));
        // Again, now that nobody can come to rely on them.
        orphans.removeAll(held(h, orphans));
        if (!orphans.isEmpty()) {
            condemn(h, orphans.stream().map(ObjectLocks::artifact).toList(), regions);
            Retirement.Audit.append(
                    h,
                    "retention.orphans",
                    "artifacts that nothing refers to",
                    Map.of("count", Integer.toString(orphans.size()), "artifacts", joined(orphans)));
        }
        return orphans.size();
    }

    private static boolean isCondemned(Handle h, Digest digest) {
        return h.createQuery("SELECT EXISTS (SELECT 1 FROM object_deletions WHERE prefix = :prefix)")
                .bind("prefix", ObjectLocks.artifact(digest))
                .mapTo(Boolean.class)
                .one();
    }

    static int condemnSources(Handle h, RetentionPolicy policy, RegionName home) {
        List<String> unlocked = h.createQuery("""
                        SELECT digest FROM sources s WHERE used_at < clock_timestamp() - make_interval(secs => :grace)
                          AND NOT EXISTS (SELECT 1 FROM source_jobs j WHERE j.digest = s.digest)
                        ORDER BY used_at LIMIT :limit""")
                .bind("grace", seconds(policy))
                .bind("limit", RetentionStore.BATCH)
                .mapTo(String.class)
                .list();
        List<String> locked = unlocked.stream()
                .filter(digest -> ObjectLocks.tryLock(h, ObjectLocks.source(new Digest(digest))))
                .toList();
        List<Digest> unused = h.createQuery("""
                        DELETE FROM sources s WHERE digest = ANY (:digests)
                          AND used_at < clock_timestamp() - make_interval(secs => :grace)
                          AND NOT EXISTS (SELECT 1 FROM source_jobs j WHERE j.digest = s.digest)
                        RETURNING digest""")
                .bindArray("digests", String.class, locked.toArray())
                .bind("grace", seconds(policy))
                .map((row, context) -> new Digest(row.getString("digest")))
                .list();
        if (!unused.isEmpty()) {
            condemn(h, unused.stream().map(ObjectLocks::source).toList(), List.of(home));
            Retirement.Audit.append(
                    h,
                    "retention.sources",
                    "sources that no job names",
                    Map.of("count", Integer.toString(unused.size()), "sources", joined(unused)));
        }
        return unused.size();
    }

    private static double seconds(RetentionPolicy policy) {
        return policy.grace().toMillis() / 1000.0;
    }

    private static String joined(Collection<Digest> digests) {
        return String.join(" ", digests.stream().map(Digest::value).sorted().toList());
    }

    static List<String> take(Handle h, RegionName region, int limit) {
        return h.createQuery("""
                        WITH t AS (
                          SELECT prefix, region FROM object_deletions WHERE region = :region
                            AND (deleting_since IS NULL OR deleting_since < clock_timestamp() - make_interval(secs => :lease))
                          ORDER BY queued_at, prefix LIMIT :limit FOR UPDATE SKIP LOCKED)
                        UPDATE object_deletions d SET deleting_since = clock_timestamp()
                        FROM t WHERE d.prefix = t.prefix AND d.region = t.region RETURNING d.prefix""")
                .bind("region", region.value())
                .bind("lease", (double) StoredObjects.DELETION_LEASE.toSeconds())
                .bind("limit", limit)
                .mapTo(String.class)
                .list();
    }

    static void done(Handle h, RegionName region, List<String> prefixes, StoredObjects.Removed removed) {
        h.createUpdate("DELETE FROM object_deletions WHERE region = :region AND prefix = ANY (:prefixes)")
                .bind("region", region.value())
                .bindArray("prefixes", String.class, prefixes.toArray())
                .execute();
        if (removed.objects() > 0) {
            Retirement.Audit.append(
                    h,
                    "retention.delete",
                    "region " + region,
                    Map.of(
                            "objects", Integer.toString(removed.objects()),
                            "bytes", Long.toString(removed.bytes()),
                            "prefixes", String.join(" ", prefixes)));
        }
    }

    static void giveBack(Handle h, RegionName region, List<String> prefixes) {
        h.createUpdate("""
                        UPDATE object_deletions SET deleting_since = NULL WHERE region = :region AND prefix = ANY (:prefixes)""")
                .bind("region", region.value())
                .bindArray("prefixes", String.class, prefixes.toArray())
                .execute();
    }
}
