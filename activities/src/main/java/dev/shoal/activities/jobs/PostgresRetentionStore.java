package dev.shoal.activities.jobs;

import dev.shoal.activities.blobs.StoredObjects.Removed;
import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.Digest;
import dev.shoal.model.RegionName;
import dev.shoal.model.retention.RetentionPlan;
import dev.shoal.model.retention.RetentionPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** {@link RetentionStore} on Postgres. Thread-safe. */
public final class PostgresRetentionStore implements RetentionStore {
    /** Of this application's advisory locks the one that a round holds. */
    private static final long ROUND = 0x5265_7465_6e74L;

    private final Database database;

    public PostgresRetentionStore(Database database) {
        this.database = database;
    }

    /** The lock is a session's: it ends with this process's connection, however that ends. */
    @Override
    public boolean whileHolding(Runnable round) {
        return database.inStatement("round of retention", h -> {
            boolean held = h.createQuery("SELECT pg_try_advisory_lock(:round)")
                    .bind("round", ROUND)
                    .mapTo(Boolean.class)
                    .one();
            if (held) {
                try {
                    round.run();
                } finally {
                    h.createQuery("SELECT pg_advisory_unlock(:round)")
                            .bind("round", ROUND)
                            .mapTo(Boolean.class)
                            .one();
                }
            }
            return held;
        });
    }

    @Override
    public void publish(Optional<RetentionPolicy> policy) {
        database.inStatement(
                "publication of the retention policy",
                h -> h.createUpdate("""
                        UPDATE retention SET policy = CAST(:policy AS jsonb)
                        WHERE policy IS DISTINCT FROM CAST(:policy AS jsonb)""")
                        .bind("policy", policy.map(PostgresText::json).orElse(null))
                        .execute());
    }

    @Override
    public void roundEnded() {
        database.inStatement(
                "end of a round of retention",
                h -> h.createUpdate("UPDATE retention SET last_round = clock_timestamp()")
                        .execute());
    }

    @Override
    public RetentionState state() {
        return database.inTransaction("state of retention", RetentionFacts::state);
    }

    @Override
    public List<AppName> apps() {
        return database.inStatement("apps with builds", RetentionFacts::apps);
    }

    @Override
    public Map<AppName, Set<BuildName>> onMachines(Duration within) {
        return database.inStatement("builds on machines", h -> RetentionFacts.onMachines(h, within));
    }

    @Override
    public RetentionPlan plan(AppName app, RetentionPolicy policy, Set<BuildName> onMachines) {
        return database.inTransaction(
                "retention plan of " + app,
                h -> RetentionPlan.of(policy, RetentionFacts.now(h), RetentionFacts.of(h, app, onMachines)));
    }

    @Override
    public int retire(AppName app, RetentionPolicy policy, Set<BuildName> onMachines, List<RegionName> regions) {
        return database.inTransaction(
                "retirement of builds of " + app, h -> new Retirement(h).run(app, policy, onMachines, regions));
    }

    @Override
    public JobBatch oldLogs(RetentionPolicy policy, OptionalLong after) {
        return database.inTransaction(
                "look for old logs",
                h -> after.isPresent()
                        ? FinishedJobs.oldLogs(h, policy, after.getAsLong())
                        : FinishedJobs.oldLogs(h, policy));
    }

    @Override
    public JobBatch condemnLogs(RetentionPolicy policy, RegionName home) {
        return database.inTransaction("end of old logs", h -> FinishedJobs.condemnLogs(h, policy, home));
    }

    @Override
    public JobBatch oldJobs(RetentionPolicy policy, long after) {
        return database.inTransaction("look for old jobs", h -> FinishedJobs.oldJobs(h, policy, after));
    }

    @Override
    public JobBatch deleteJobs(RetentionPolicy policy, long after, RegionName home) {
        return database.inTransaction("end of old jobs", h -> FinishedJobs.delete(h, policy, after, home));
    }

    @Override
    public int condemnSources(RetentionPolicy policy, RegionName home) {
        return database.inTransaction("end of unused sources", h -> ObjectDeletions.condemnSources(h, policy, home));
    }

    @Override
    public void noteSources(Map<Digest, Instant> lastModified) {
        database.inTransaction("note of sources", h -> {
            lastModified.forEach((digest, at) -> h.createUpdate("""
                            INSERT INTO sources (digest, used_at) SELECT :digest, :at
                            WHERE NOT EXISTS (SELECT 1 FROM object_deletions WHERE prefix = :prefix)
                            ON CONFLICT (digest) DO NOTHING""")
                    .bind("digest", digest.value())
                    .bind("at", at.atOffset(ZoneOffset.UTC))
                    .bind("prefix", ObjectLocks.source(digest))
                    .execute());
            return lastModified.size();
        });
    }

    @Override
    public int condemnOrphans(Set<Digest> listed, List<RegionName> regions) {
        return listed.isEmpty()
                ? 0
                : database.inTransaction("end of orphans", h -> ObjectDeletions.condemnOrphans(h, listed, regions));
    }

    @Override
    public List<String> take(RegionName region, int limit) {
        return database.inStatement("deletions in " + region, h -> ObjectDeletions.take(h, region, limit));
    }

    @Override
    public void done(RegionName region, List<String> prefixes, Removed removed) {
        database.inTransaction("end of deletions in " + region, h -> {
            ObjectDeletions.done(h, region, prefixes, removed);
            return removed;
        });
    }

    @Override
    public void giveBack(RegionName region, List<String> prefixes) {
        database.inTransaction("return of deletions in " + region, h -> {
            ObjectDeletions.giveBack(h, region, prefixes);
            return prefixes;
        });
    }
}
