package dev.shoal.activities.jobs;

import dev.shoal.activities.jobs.QueueHealth.Queued;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Asks Postgres how the queue is: partial indexes and statistics only, so it may be asked every few seconds. Thread-safe. */
public final class PostgresQueueHealth {
    private final Database database;

    public PostgresQueueHealth(Database database) {
        this.database = database;
    }

    /** As of now. @throws StoreException if the database is at fault */
    public QueueHealth read() {
        return database.inTransaction("health of the queue", h -> {
            List<Queued> queued = queued(h);
            long claimable = CappedClaim.claimable(h);
            return h.createQuery("""
                    SELECT count(*) AS running,
                      coalesce(extract(epoch FROM clock_timestamp() - min(last_heart_beat)), 0) AS heartbeat,
                      (SELECT coalesce(extract(epoch FROM clock_timestamp() - min(xact_start)), 0) FROM pg_stat_activity
                       WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid())
                       AS longest,
                      (SELECT coalesce(max(age(backend_xmin)), 0) FROM pg_stat_activity) AS snapshot,
                      (SELECT count(*) FROM pg_replication_slots WHERE NOT active) AS slots,
                      (SELECT count(*) FROM pg_prepared_xacts) AS prepared,
                      (SELECT coalesce(sum(n_dead_tup), 0) FROM pg_stat_user_tables WHERE relid = 'jobs'::regclass) AS dead
                    FROM jobs WHERE status = 'running'""")
                    .map((row, context) -> new QueueHealth(
                            queued,
                            claimable,
                            row.getLong("running"),
                            row.getDouble("heartbeat"),
                            row.getDouble("longest"),
                            row.getLong("snapshot"),
                            row.getLong("slots"),
                            row.getLong("prepared"),
                            row.getLong("dead")))
                    .one();
        });
    }

    private static List<Queued> queued(Handle h) {
        return h.createQuery("""
                SELECT priority, count(*) AS jobs, extract(epoch FROM clock_timestamp() - min(created_at)) AS oldest
                FROM jobs WHERE status = 'queued' GROUP BY priority ORDER BY priority""")
                .map((row, context) -> new Queued(row.getInt("priority"), row.getLong("jobs"), row.getDouble("oldest")))
                .list();
    }
}
