package dev.shoal.activities.jobs;

import dev.shoal.model.AppName;
import dev.shoal.model.job.AppLimits;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;

/** The choice of a job while apps have limits, within the caller's transaction. See {@code docs/adr/0005-limits.md}. */
final class CappedClaim {
    /** The row that holds the default. */
    private static final String EVERY_APP = "*";

    private static final String PICK = "pick";

    private CappedClaim() {}

    private record Candidate(long id, AppName app) {}

    static AppLimits limits(Handle h) {
        Map<String, Integer> rows = new HashMap<>();
        h.createQuery("SELECT app, max_running FROM app_limits")
                .map((row, context) -> Map.entry(row.getString("app"), row.getInt("max_running")))
                .forEach(row -> rows.put(row.getKey(), row.getValue()));
        Optional<Integer> byDefault = Optional.ofNullable(rows.remove(EVERY_APP));
        Map<AppName, Integer> apps = new HashMap<>();
        rows.forEach((app, limit) -> apps.put(new AppName(app), limit));
        return new AppLimits(byDefault, apps);
    }

    /** Returns how many rows changed. @throws IllegalArgumentException if the limit is below 1 */
    static int limit(Handle h, Optional<AppName> app, Optional<Integer> maxRunning) {
        String row = app.map(AppName::value).orElse(EVERY_APP);
        if (maxRunning.isEmpty()) {
            return h.createUpdate("DELETE FROM app_limits WHERE app = :app")
                    .bind("app", row)
                    .execute();
        }
        return h.createUpdate("""
                INSERT INTO app_limits (app, max_running) VALUES (:app, :max)
                ON CONFLICT (app) DO UPDATE SET max_running = :max, updated_at = clock_timestamp()""")
                .bind("app", row)
                .bind("max", AppLimits.checked(maxRunning.get()))
                .execute();
    }

    /** Locks the first queued job whose app has room, and the app's limit with it, until the transaction ends. */
    static Optional<Long> pick(Handle h, AppLimits limits) {
        Set<String> full = new TreeSet<>();
        running(h).forEach((app, count) -> {
            if (!limits.hasRoom(app, count)) {
                full.add(app.value());
            }
        });
        while (true) {
            h.savepoint(PICK);
            Optional<Candidate> first = candidate(h, full);
            if (first.isEmpty() || hasRoom(h, limits, first.get().app())) {
                return first.map(Candidate::id);
            }
            // Somebody took the last place since we counted. Going back frees the row and the app's lock: whoever waits
            // for a second app's lock must hold no first one.
            h.rollbackToSavepoint(PICK);
            full.add(first.get().app().value());
        }
    }

    private static Optional<Candidate> candidate(Handle h, Set<String> full) {
        return h.createQuery("""
                SELECT id, job_name FROM jobs WHERE status = 'queued' AND job_name <> ALL (:full)
                ORDER BY priority, created_at, id
                LIMIT 1 FOR UPDATE SKIP LOCKED""")
                .bindArray("full", String.class, full)
                .map((row, context) -> new Candidate(row.getLong("id"), new AppName(row.getString("job_name"))))
                .findOne();
    }

    /** Claims of one app count one after the other: the lock first, then, in a statement that sees what it waited for, the count. */
    private static boolean hasRoom(Handle h, AppLimits limits, AppName app) {
        if (limits.hasRoom(app, Long.MAX_VALUE - 1)) {
            return true;
        }
        h.createQuery(
                        "SELECT true FROM (SELECT pg_advisory_xact_lock(hashtextextended('limit of ' || :app, 0))) AS locked")
                .bind("app", app.value())
                .mapTo(Boolean.class)
                .one();
        long running = h.createQuery("SELECT count(*) FROM jobs WHERE status = 'running' AND job_name = :app")
                .bind("app", app.value())
                .mapTo(Long.class)
                .one();
        return limits.hasRoom(app, running);
    }

    /** How many queued jobs may start now. */
    static long claimable(Handle h) {
        AppLimits limits = limits(h);
        Map<AppName, Long> running = running(h);
        return counts(h, "queued").entrySet().stream()
                .mapToLong(queued ->
                        limits.startable(queued.getKey(), queued.getValue(), running.getOrDefault(queued.getKey(), 0L)))
                .sum();
    }

    private static Map<AppName, Long> running(Handle h) {
        return counts(h, "running");
    }

    /** The status is a literal: a parameter would keep the planner from the partial index. */
    private static Map<AppName, Long> counts(Handle h, String status) {
        Map<AppName, Long> counts = new HashMap<>();
        h.createQuery("SELECT job_name, count(*) AS n FROM jobs WHERE status = '" + status + "' GROUP BY job_name")
                .map((row, context) -> Map.entry(new AppName(row.getString("job_name")), row.getLong("n")))
                .forEach(row -> counts.put(row.getKey(), row.getValue()));
        return counts;
    }
}
