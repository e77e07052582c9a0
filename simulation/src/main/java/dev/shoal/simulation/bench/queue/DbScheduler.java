package dev.shoal.simulation.bench.queue;

import com.github.kagkarlsson.scheduler.Clock;
import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.SystemClock;
import com.github.kagkarlsson.scheduler.TaskResolver;
import com.github.kagkarlsson.scheduler.event.SchedulerListeners;
import com.github.kagkarlsson.scheduler.jdbc.JdbcTaskRepository;
import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * The peer: db-scheduler polling with lock-and-fetch, which its own performance page names as the fastest way on Postgres, with that page's
 * limits (refill at 1.0 of the threads, 4.0 at a time). One-time tasks without work.
 */
final class DbScheduler {
    private static final String TASK = "bench";

    /** Its documented table for Postgres, with its three indexes. */
    private static final String TABLE = """
            CREATE TABLE IF NOT EXISTS scheduled_tasks (
              task_name text NOT NULL, task_instance text NOT NULL, task_data bytea, execution_time timestamptz NOT NULL,
              picked boolean NOT NULL, picked_by text, last_success timestamptz, last_failure timestamptz,
              consecutive_failures int, last_heartbeat timestamptz, version bigint NOT NULL, priority smallint,
              PRIMARY KEY (task_name, task_instance));
            CREATE INDEX IF NOT EXISTS execution_time_idx ON scheduled_tasks (execution_time);
            CREATE INDEX IF NOT EXISTS last_heartbeat_idx ON scheduled_tasks (last_heartbeat);
            CREATE INDEX IF NOT EXISTS priority_execution_time_idx ON scheduled_tasks (priority DESC, execution_time ASC)""";

    private final BenchPostgres postgres;

    DbScheduler(BenchPostgres postgres) {
        this.postgres = postgres;
        postgres.execute(TABLE);
    }

    void fill(int count) {
        postgres.execute("TRUNCATE scheduled_tasks");
        postgres.execute("""
                INSERT INTO scheduled_tasks (task_name, task_instance, execution_time, picked, version)
                SELECT '%s', 'i' || i, now() - interval '1 hour', false, 1 FROM generate_series(1, %d) AS i""".formatted(TASK, count));
        postgres.execute("VACUUM ANALYZE scheduled_tasks");
    }

    /** Each client locks and fetches one execution after the other, through its own repository, and removes each if {@code finish}. */
    Rate claims(int clients, boolean finish, Duration time) throws InterruptedException {
        Clock clock = new SystemClock();
        OneTimeTask<Void> task = Tasks.oneTime(TASK).execute((instance, context) -> {});
        try (HikariDataSource pool = postgres.pool(clients + 2)) {
            JdbcTaskRepository repository = new JdbcTaskRepository(
                    pool,
                    false,
                    "scheduled_tasks",
                    new TaskResolver(SchedulerListeners.NOOP, clock, List.of(task)),
                    new SchedulerName.Fixed("bench"),
                    false,
                    clock);
            return Clients.run(clients, time, () -> {
                long start = System.nanoTime();
                List<Execution> due = repository.lockAndGetDue(clock.now(), 1);
                long taken = System.nanoTime() - start;
                if (due.isEmpty()) {
                    throw new IllegalStateException("db-scheduler's queue ran dry: fill in more jobs");
                }
                if (finish) {
                    repository.remove(due.getFirst());
                }
                return taken;
            });
        }
    }

    /** Executions a second of its scheduler, which takes many at a time; latencies are not visible from outside. @throws IllegalStateException if the queue ran dry */
    Rate run(int threads, Duration time) {
        LongAdder done = new LongAdder();
        OneTimeTask<Void> task = Tasks.oneTime(TASK).execute((instance, context) -> done.increment());
        try (HikariDataSource pool = postgres.pool(threads + 2)) {
            Scheduler scheduler = Scheduler.create(pool, task)
                    .threads(threads)
                    .pollUsingLockAndFetch(1.0, 4.0)
                    .pollingInterval(Duration.ofMillis(100))
                    .schedulerName(() -> "bench")
                    .build();
            scheduler.start();
            // It starts with a poll: the clock runs from its first execution on.
            while (done.sum() == 0) {
                LockSupport.parkNanos(100_000);
            }
            long begin = System.nanoTime();
            long before = done.sum();
            LockSupport.parkNanos(time.toNanos());
            double perSecond = (done.sum() - before) * 1e9 / (System.nanoTime() - begin);
            scheduler.stop();
            if (postgres.number("SELECT count(*) FROM scheduled_tasks") == 0) {
                throw new IllegalStateException("db-scheduler's queue ran dry: fill in more jobs");
            }
            return new Rate(perSecond, 0, 0);
        }
    }
}
