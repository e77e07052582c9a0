package dev.shoal.activities.jobs;

import static dev.shoal.activities.jobs.Samples.HOST_A;
import static dev.shoal.activities.jobs.Samples.HOST_B;
import static dev.shoal.activities.jobs.Samples.MAIL;
import static dev.shoal.activities.jobs.Samples.WEB;
import static dev.shoal.activities.jobs.Samples.lease;
import static dev.shoal.activities.jobs.Samples.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.activities.jobs.JobStore.Beat;
import dev.shoal.activities.jobs.JobStore.Submission;
import dev.shoal.model.AppName;
import dev.shoal.model.HostId;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobStage;
import dev.shoal.model.job.JobStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The kit on a real Postgres, and what only many connections and real pages can show. */
@Timeout(120)
final class PostgresJobStoreTest extends JobStoreContract {
    private static final int CLAIMERS = 64;
    private static final int JOBS = 100_000;

    private static final String INSERT_JOBS = """
            INSERT INTO jobs (job_name, source, priority, release, regions, submitted_by, request_hash)
            SELECT 'app-' || i %% 5, '{"type":"git","url":"https://example.com/app","ref":"main"}', (i * 7919) %% 3,
                   false, '{}', 'ann', 'hash' FROM generate_series(1, %d) AS i""";

    @RegisterExtension
    static final PostgresExtension POSTGRES = new PostgresExtension();

    @Override
    protected JobStore jobs() {
        return new PostgresJobStore(POSTGRES.database());
    }

    @Test
    void sixtyFourClaimersTakeEveryJobOnceAndInOrder() throws Exception {
        POSTGRES.execute(INSERT_JOBS.formatted(JOBS));

        List<List<Job>> perClaimer = new ArrayList<>();
        try (Database database = new Database(POSTGRES.config(CLAIMERS), "claimers")) {
            JobStore store = new PostgresJobStore(database);
            inParallel(CLAIMERS, claimer -> claimUntilEmpty(store, claimer)).forEach(perClaimer::add);
        }

        List<Job> claimed = perClaimer.stream().flatMap(List::stream).toList();
        assertThat(claimed).hasSize(JOBS);
        assertThat(claimed.stream().map(Job::id).distinct().count()).isEqualTo(JOBS);
        assertThat(claimed.stream().allMatch(job -> job.attempt() == 1)).isTrue();
        // A claimer never goes back: what it takes later stands later in the queue.
        Comparator<Job> queue = Comparator.comparing(Job::priority)
                .thenComparing(Job::createdAt)
                .thenComparing(Job::id);
        perClaimer.forEach(mine -> assertThat(mine).isSortedAccordingTo(queue));
        assertThat(jobs().depth()).isEqualTo(new JobStore.Depth(0, JOBS, Duration.ZERO));
        assertThat(POSTGRES.number("SELECT count(DISTINCT workflow_id) FROM jobs"))
                .isEqualTo(JOBS);
    }

    @Test
    void noAppEverExceedsItsLimitAndNoJobIsLeftBehindHoweverManyClaimAtOnce() throws Exception {
        POSTGRES.execute(INSERT_JOBS.formatted(1_000));
        jobs().limit(Optional.empty(), Optional.of(2));
        jobs().limit(Optional.of(new AppName("app-1")), Optional.of(3));
        AtomicBoolean done = new AtomicBoolean();
        try (Database database = new Database(POSTGRES.config(CLAIMERS + 1), "claimers")) {
            JobStore store = new PostgresJobStore(database);
            AtomicInteger finished = new AtomicInteger();
            List<Long> most = inParallel(CLAIMERS + 1, claimer -> {
                if (claimer == CLAIMERS) {
                    return mostOverTheLimit(done);
                }
                for (int i = 0; finished.get() < 1_000; i++) {
                    store.claim("t-" + claimer + "-" + i, HOST_A).ifPresent(job -> {
                        assertThat(store.succeed(lease(job))).isTrue();
                        if (finished.incrementAndGet() == 1_000) {
                            done.set(true);
                        }
                    });
                }
                return 0L;
            });

            assertThat(most).containsOnly(0L);
        }
        assertThat(POSTGRES.number("SELECT count(*) FROM jobs WHERE status = 'success' AND attempt = 1"))
                .isEqualTo(1_000);
    }

    /** The highest count of running jobs above the limit of an app that any snapshot shows. */
    private static long mostOverTheLimit(AtomicBoolean done) {
        long most = 0;
        while (!done.get()) {
            most = Math.max(most, POSTGRES.number("""
                    SELECT coalesce(max(n - CASE job_name WHEN 'app-1' THEN 3 ELSE 2 END), 0) FROM
                      (SELECT job_name, count(*) AS n FROM jobs WHERE status = 'running' GROUP BY job_name) AS running"""));
        }
        return Math.max(0, most);
    }

    @Test
    void aFullAppAtTheHeadOfTheQueueDoesNotStopClaimersFromUsingOtherApps() throws Exception {
        jobs().limit(Optional.of(WEB), Optional.of(1));
        for (int i = 0; i < 40; i++) {
            submit(request(WEB, 0));
        }
        for (int i = 0; i < 15; i++) {
            submit(request(MAIL, 100));
        }

        List<Optional<Job>> claimed = inParallel(16, i -> jobs().claim("t" + i, HOST_A));

        assertThat(claimed).allMatch(Optional::isPresent);
        assertThat(claimed.stream().filter(job -> job.orElseThrow().name().equals(WEB)))
                .hasSize(1);
    }

    @Test
    void aHeartbeatDoesNotWaitForTheDiskAndTheNextWriteOfTheSessionDoes() {
        submit(request());
        Job job = claim("t1");
        try (Database one = new Database(POSTGRES.config(1), "one")) {
            new PostgresJobStore(one).heartbeat(lease(job), JobStage.BUILDING);

            assertThat(one.<String>inStatement(
                            "setting",
                            h -> h.createQuery("SHOW synchronous_commit")
                                    .mapTo(String.class)
                                    .one()))
                    .isEqualTo(POSTGRES.text("SHOW synchronous_commit"));
        }
    }

    private static List<Job> claimUntilEmpty(JobStore store, int claimer) {
        List<Job> mine = new ArrayList<>();
        while (true) {
            Optional<Job> job = claimPatiently(store, "ticket-" + claimer + "-" + mine.size(), claimer);
            if (job.isEmpty()) {
                return mine;
            }
            mine.add(job.get());
        }
    }

    /** As Temporal would: a machine that is busy elsewhere may not open 64 connections within the pool's 5 s. */
    private static Optional<Job> claimPatiently(JobStore store, String ticket, int claimer) {
        for (int tries = 1; ; tries++) {
            try {
                return store.claim(ticket, new HostId("host-" + claimer));
            } catch (StoreException e) {
                if (tries == 10) {
                    throw e;
                }
            }
        }
    }

    @Test
    void aTicketThatAsksAgainWhileItsFirstClaimIsNotCommittedWaitsAndGetsTheSameJob() throws Exception {
        submit(request());
        submit(request());

        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            List<Future<Optional<Job>>> second = new ArrayList<>();
            Optional<Job> first = POSTGRES.database().inTransaction("slow claim", h -> {
                Optional<Job> claimed = JobClaims.held(h, "t1", HOST_A);
                second.add(thread.submit(() -> jobs().claim("t1", HOST_A)));
                await().atMost(Duration.ofSeconds(20)).until(() -> waitingForLocks() == 1);
                return claimed;
            });

            assertThat(second.getFirst().get()).isEqualTo(first).isPresent();
        }
        assertThat(jobs().depth().running()).isEqualTo(1);
    }

    @Test
    void aTicketIsNotHeldUpByAnother() {
        submit(request());
        submit(request());

        POSTGRES.database().inTransaction("slow claim", h -> {
            Optional<Job> first = JobClaims.held(h, "t1", HOST_A);
            Optional<Job> second = jobs().claim("t2", HOST_A);
            assertThat(second).isPresent();
            assertThat(first.orElseThrow().id()).isLessThan(second.orElseThrow().id());
            return second;
        });
    }

    private static long waitingForLocks() {
        return POSTGRES.number("SELECT count(*) FROM pg_locks WHERE NOT granted");
    }

    @Test
    void ofReclaimsAtTheSameTimeTheLastAttemptAloneOwnsTheJob() throws Exception {
        submit(request());
        Job first = claim("t1");

        List<Job> taken = inParallel(
                8,
                i -> jobs().reclaim(lease(first), "t1", i % 2 == 0 ? HOST_A : HOST_B)
                        .orElseThrow());

        Job now = jobs().find(first.id()).orElseThrow();
        assertThat(taken)
                .filteredOn(job -> jobs().heartbeat(lease(job), JobStage.BUILDING) == Beat.OWNED)
                .allSatisfy(job -> assertThat(job.attempt()).isEqualTo(now.attempt()))
                .isNotEmpty();
    }

    @Test
    void oneKeySubmittedManyTimesAtOnceMakesOneJob() throws Exception {
        List<Submission> answers = inParallel(16, i -> jobs().submit(request(), Optional.of("key"), "ann"));

        assertThat(answers).filteredOn(Submission.Accepted.class::isInstance).hasSize(1);
        assertThat(answers).filteredOn(Submission.Duplicate.class::isInstance).hasSize(15);
        assertThat(POSTGRES.number("SELECT count(*) FROM jobs")).isEqualTo(1);
    }

    @Test
    void heartbeatsStayOnTheirPage() {
        DatabaseConfig fresh = POSTGRES.emptyDatabase("heartbeats", 1);
        List<Job> running = new ArrayList<>();
        try (Database database = new Database(fresh, "claims")) {
            database.migrate();
            JobStore store = new PostgresJobStore(database);
            for (int i = 0; i < 50; i++) {
                store.submit(request(), Optional.empty(), "ann");
                running.add(store.claim("t" + i, HOST_A).orElseThrow());
            }
        }

        try (Database database = new Database(fresh, "heartbeats")) {
            JobStore store = new PostgresJobStore(database);
            for (int beat = 0; beat < 40; beat++) {
                JobStage stage = beat % 2 == 0 ? JobStage.BUILDING : JobStage.UPLOADING;
                running.forEach(job -> store.heartbeat(lease(job), stage));
            }
        }

        // A session hands in its counts at its end; the 50 claims are not HOT, since they leave one index for another.
        try (Database database = new Database(fresh, "statistics")) {
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(
                            () -> assertThat(counter(database, "n_tup_upd")).isEqualTo(2_050));
            assertThat(counter(database, "n_tup_hot_upd")).isGreaterThanOrEqualTo(1_000 * 99 / 100);
        }
    }

    private static long counter(Database database, String name) {
        return database.inTransaction(
                name,
                h -> h.createQuery("SELECT " + name + " FROM pg_stat_user_tables WHERE relname = 'jobs'")
                        .mapTo(Long.class)
                        .one());
    }

    @Test
    void noIndexHoldsAColumnThatAHeartbeatWrites() {
        assertThat(POSTGRES.number("""
                        SELECT count(*) FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid
                          AND (a.attnum = ANY (i.indkey) OR pg_get_indexdef(i.indexrelid) LIKE '%' || a.attname || '%')
                        WHERE i.indrelid = 'jobs'::regclass AND a.attname IN ('last_heart_beat', 'stage')""")).isZero();
    }

    @Test
    void theClaimReadsTheQueueAndNotTheHistory() {
        POSTGRES.execute("""
                INSERT INTO jobs (job_name, status, priority, attempt, source, release, regions, submitted_by, request_hash, finished_at)
                SELECT 'web', 'success', 100, 1, '{}', false, '{}', 'ann', '', now() FROM generate_series(1, 20000)""");
        POSTGRES.execute("ANALYZE jobs");

        assertThat(
                        plan(
                                "SELECT id FROM jobs WHERE status = 'queued' ORDER BY priority, created_at, id LIMIT 1 FOR UPDATE"))
                .contains("jobs_queue");
        assertThat(plan("SELECT * FROM jobs WHERE status = 'failed' ORDER BY id DESC LIMIT 50"))
                .doesNotContain("Seq Scan");
        assertThat(plan("SELECT * FROM jobs WHERE status = 'running' AND last_heart_beat < now()"))
                .doesNotContain("Seq Scan");
    }

    /** The planner knows the queue of the last ANALYZE, which may have been an idle one. */
    @Test
    void aClaimFindsWhatItsTicketHoldsWithoutALookAtOtherRunningJobs() {
        POSTGRES.execute("""
                INSERT INTO jobs (job_name, status, priority, attempt, source, release, regions, submitted_by, request_hash, finished_at)
                SELECT 'web', 'success', 100, 1, '{}', false, '{}', 'ann', '', now() FROM generate_series(1, 2000)""");
        POSTGRES.execute("ANALYZE jobs");

        assertThat(plan("SELECT * FROM jobs WHERE status = 'running' AND workflow_id = 't1' FOR UPDATE"))
                .contains("Index Cond: (workflow_id = 't1'::text)");
    }

    @ParameterizedTest
    @EnumSource(JobStatus.class)
    void aPageOfAnyStatusIsReadWithoutReadingTheHistory(JobStatus status) {
        POSTGRES.execute("""
                INSERT INTO jobs (job_name, status, priority, attempt, source, release, regions, submitted_by, request_hash, finished_at)
                SELECT 'web', CASE i % 1000 WHEN 0 THEN 'failed' WHEN 1 THEN 'stopped' ELSE 'success' END, 100, 1, '{}', false, '{}',
                       'ann', '', now() FROM generate_series(1, 20000) AS i""");
        POSTGRES.execute("ANALYZE jobs");

        String read = POSTGRES.text(
                "EXPLAIN ANALYZE SELECT * FROM jobs WHERE status = '" + status.wire() + "' ORDER BY id DESC LIMIT 50");

        assertThat(read).doesNotContain("Seq Scan");
        Matcher skipped = Pattern.compile("Rows Removed by Filter: (\\d+)").matcher(read);
        assertThat(skipped.results()
                        .mapToInt(found -> Integer.parseInt(found.group(1)))
                        .sum())
                .isLessThan(100);
    }

    private static String plan(String query) {
        return POSTGRES.text("EXPLAIN " + query);
    }

    /** One thread a task, started together. */
    static <T> List<T> inParallel(int tasks, IntFunction<T> task) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(tasks)) {
            CyclicBarrier together = new CyclicBarrier(tasks);
            List<Callable<T>> calls = new ArrayList<>();
            for (int i = 0; i < tasks; i++) {
                int number = i;
                calls.add(() -> {
                    together.await();
                    return task.apply(number);
                });
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : threads.invokeAll(calls)) {
                results.add(future.get());
            }
            return results;
        }
    }
}
