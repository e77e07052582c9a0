package dev.shoal.simulation.bench.queue;

import dev.shoal.activities.jobs.Database;
import dev.shoal.activities.jobs.JobStore;
import dev.shoal.activities.jobs.PostgresJobStore;
import dev.shoal.model.HostId;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobStage;
import dev.shoal.workflows.Lease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Shoal's own store, driven by so many hosts at once. */
final class ShoalQueue {
    private static final String FILL = """
            INSERT INTO jobs (job_name, source, priority, release, regions, submitted_by, request_hash, status, stage, attempt,
                              host_id, workflow_id, started_at, last_heart_beat, finished_at)
            SELECT 'app-' || i %% 50, '{"type":"git","url":"https://example.org/app.git","ref":"main"}', i %% 3, false,
                   '{eu,us,ap}', 'bench', repeat('a', 64), %s
            FROM generate_series(1, %d) AS i""";

    private final BenchPostgres postgres;
    private final AtomicLong tickets = new AtomicLong();

    ShoalQueue(BenchPostgres postgres) {
        this.postgres = postgres;
    }

    /** As many finished jobs as a system has that has run for long. */
    void addFinished(int count) {
        postgres.execute(FILL.formatted("""
                'success', 'done', 1, 'build-' || i % 20, 'old-' || i, clock_timestamp(), clock_timestamp(), clock_timestamp()""", count));
        postgres.execute("VACUUM ANALYZE jobs");
    }

    /** What a measurement takes from; older rests go. */
    void fillQueue(int count) {
        postgres.execute("DELETE FROM jobs WHERE status IN ('queued', 'running')");
        postgres.execute(FILL.formatted("'queued', 'queued', 0, NULL, NULL, NULL, NULL, NULL", count));
        postgres.execute("VACUUM ANALYZE jobs");
    }

    /**
     * Each client claims one job after the other, and completes each if {@code finish}.
     *
     * @throws IllegalStateException if the queue ran dry
     */
    Rate claims(int clients, boolean finish, Duration time) throws InterruptedException {
        try (Database database = new Database(postgres.config(clients + 2), "bench-queue")) {
            JobStore store = new PostgresJobStore(database);
            return Clients.run(clients, time, () -> {
                String ticket = "ticket-" + tickets.incrementAndGet();
                HostId host = new HostId("build-" + Thread.currentThread().threadId() % 64);
                long start = System.nanoTime();
                Optional<Job> job = store.claim(ticket, host);
                long taken = System.nanoTime() - start;
                Job claimed = job.orElseThrow(() -> new IllegalStateException("the queue ran dry: fill in more jobs"));
                if (finish && !store.succeed(new Lease(claimed.id(), claimed.attempt()))) {
                    throw new IllegalStateException("job " + claimed.id() + " was completed by somebody else");
                }
                return taken;
            });
        }
    }

    /** Takes so many jobs, which then run. */
    List<Lease> start(int running) {
        try (Database database = new Database(postgres.config(2), "bench-queue")) {
            JobStore store = new PostgresJobStore(database);
            List<Lease> leases = new ArrayList<>();
            for (int i = 0; i < running; i++) {
                Job job = store.claim("ticket-" + tickets.incrementAndGet(), new HostId("build-1"))
                        .orElseThrow();
                leases.add(new Lease(job.id(), job.attempt()));
            }
            return leases;
        }
    }

    /** The clients beat for these jobs in turn. */
    Rate heartbeats(List<Lease> leases, int clients, Duration time) throws InterruptedException {
        try (Database database = new Database(postgres.config(clients + 2), "bench-queue")) {
            JobStore store = new PostgresJobStore(database);
            AtomicLong turn = new AtomicLong();
            return Clients.run(clients, time, () -> {
                Lease lease = leases.get((int) (turn.getAndIncrement() % leases.size()));
                long start = System.nanoTime();
                if (store.heartbeat(lease, JobStage.BUILDING) != JobStore.Beat.OWNED) {
                    throw new IllegalStateException(lease + " is not owned");
                }
                return System.nanoTime() - start;
            });
        }
    }
}
