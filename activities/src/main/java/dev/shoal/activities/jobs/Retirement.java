package dev.shoal.activities.jobs;

import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.Digest;
import dev.shoal.model.RegionName;
import dev.shoal.model.retention.Fate.Retire;
import dev.shoal.model.retention.RetentionPlan;
import dev.shoal.model.retention.RetentionPolicy;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** The transaction that retires builds of an app, and condemns what only they have in S3. */
final class Retirement {
    static final String REASON = "retired: deleted by the retention policy";

    private final Handle h;

    Retirement(Handle h) {
        this.h = h;
    }

    int run(AppName app, RetentionPolicy policy, Set<BuildName> onMachines, List<RegionName> regions) {
        List<BuildName> candidates = plan(app, policy, onMachines).retired().stream()
                .limit(RetentionStore.BATCH)
                .map(retire -> retire.build().name())
                .toList();
        if (candidates.isEmpty()) {
            return 0;
        }
        // A release holds the row of its build while it is made. So whatever names a locked build has committed by now
        // and shows
        // in the second plan, or waits, and will see that the build is retired.
        Set<BuildName> locked = Set.copyOf(lock(candidates));
        Map<Digest, Boolean> free = new HashMap<>();
        List<Retire> retired = plan(app, policy, onMachines).retired().stream()
                .filter(retire -> locked.contains(retire.build().name()))
                .filter(retire -> free.computeIfAbsent(
                        retire.build().digest(), digest -> ObjectLocks.tryLock(h, ObjectLocks.artifact(digest))))
                .toList();
        if (!retired.isEmpty()) {
            retire(retired.stream().map(retire -> retire.build().name()).toList());
            condemn(retired, regions);
            Audit.append(h, "retention.retire", "app " + app, audit(retired));
        }
        return retired.size();
    }

    private RetentionPlan plan(AppName app, RetentionPolicy policy, Set<BuildName> onMachines) {
        return RetentionPlan.of(policy, RetentionFacts.now(h), RetentionFacts.of(h, app, onMachines));
    }

    private List<BuildName> lock(List<BuildName> builds) {
        return h.createQuery("""
                        SELECT build_name FROM builds WHERE build_name = ANY (:builds) AND retired_at IS NULL
                        ORDER BY build_name FOR UPDATE SKIP LOCKED""")
                .bindArray("builds", String.class, names(builds))
                .map((row, context) -> new BuildName(row.getString("build_name")))
                .list();
    }

    private void retire(List<BuildName> builds) {
        h.createUpdate("""
                        UPDATE builds SET retired_at = clock_timestamp(), status = 'FAILED' WHERE build_name = ANY (:builds)""").bindArray("builds", String.class, names(builds)).execute();
        // Before the bytes go, nothing says any more that they are verified.
        h.createUpdate("""
                        UPDATE build_replicas SET status = 'FAILED', evidence = NULL, reason = :reason,
                               since = clock_timestamp(), updated_at = clock_timestamp()
                        WHERE build_name = ANY (:builds)""")
                .bind("reason", REASON)
                .bindArray("builds", String.class, names(builds))
                .execute();
    }

    /** The whole of an artifact that nothing refers to any more; of one that stays, what the retired builds put beside it. */
    private void condemn(List<Retire> retired, List<RegionName> regions) {
        Set<Digest> digests =
                retired.stream().map(retire -> retire.build().digest()).collect(Collectors.toSet());
        Set<Digest> held = ObjectDeletions.held(h, digests);
        List<String> prefixes = retired.stream()
                .map(Retire::build)
                .map(build -> held.contains(build.digest())
                        ? ObjectLocks.artifact(build.digest()) + "." + build.name() + ".intoto.jsonl"
                        : ObjectLocks.artifact(build.digest()))
                .distinct()
                .toList();
        ObjectDeletions.condemn(h, prefixes, regions);
    }

    private static Map<String, String> audit(List<Retire> retired) {
        return Map.of(
                "builds",
                retired.stream().map(retire -> retire.build().name().value()).collect(Collectors.joining(" ")),
                "count",
                Integer.toString(retired.size()),
                "bytes",
                Long.toString(retired.stream()
                        .mapToLong(retire -> retire.build().bytes())
                        .sum()));
    }

    private static Object[] names(Collection<BuildName> builds) {
        return builds.stream().map(BuildName::value).toArray();
    }

    /** The audit log within a transaction of retention. */
    static final class Audit {
        private Audit() {}

        static void append(Handle h, String action, String subject, Map<String, String> detail) {
            h.createUpdate("""
                            INSERT INTO audit_log (actor, action, subject, detail)
                            VALUES ('retention', :action, :subject, CAST(:detail AS jsonb))""")
                    .bind("action", action)
                    .bind("subject", subject)
                    .bind("detail", PostgresText.json(detail))
                    .execute();
        }
    }
}
