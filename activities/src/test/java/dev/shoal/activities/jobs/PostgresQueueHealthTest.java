package dev.shoal.activities.jobs;

import static dev.shoal.activities.jobs.Samples.HOST_A;
import static dev.shoal.activities.jobs.Samples.WEB;
import static dev.shoal.activities.jobs.Samples.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
final class PostgresQueueHealthTest {
    @RegisterExtension
    static final PostgresExtension POSTGRES = new PostgresExtension();

    @Test
    void countsQueuedJobsByPriorityAndShowsHowOldTheOldestIs() {
        jobs().submit(request(WEB, 7), Optional.empty(), "ann");
        jobs().submit(request(WEB, 3), Optional.empty(), "ann");
        jobs().submit(request(WEB, 7), Optional.empty(), "ann");
        POSTGRES.execute("UPDATE jobs SET created_at = created_at - interval '1 hour' WHERE id = 1");

        QueueHealth now = health().read();

        assertThat(now.queued()).extracting(QueueHealth.Queued::priority).containsExactly(3, 7);
        assertThat(now.queued()).extracting(QueueHealth.Queued::jobs).containsExactly(1L, 2L);
        assertThat(now.queued().getLast().oldest()).isBetween(3600.0, 4000.0);
        assertThat(now.claimable()).isEqualTo(3);
        assertThat(now.toPrometheus())
                .contains("# TYPE shoal_queue_jobs gauge\n", "\nshoal_queue_jobs{priority=\"7\"} 2\n");
    }

    @Test
    void showsRunningJobsAndTheOldestOfTheirHeartbeats() {
        jobs().submit(request(), Optional.empty(), "ann");
        jobs().claim("t1", HOST_A);
        POSTGRES.execute("UPDATE jobs SET last_heart_beat = last_heart_beat - interval '10 minutes'");

        QueueHealth now = health().read();

        assertThat(now.running()).isEqualTo(1);
        assertThat(now.oldestHeartbeat()).isBetween(600.0, 1000.0);
    }

    @Test
    void showsATransactionThatStaysOpenAndHowMuchItHoldsBack() {
        try (Database other = new Database(POSTGRES.config(1), "somebody-else")) {
            QueueHealth now = other.inTransaction("held", h -> {
                h.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
                h.execute("SELECT 1");
                for (int i = 0; i < 20; i++) {
                    jobs().submit(request(), Optional.empty(), "ann");
                }
                return health().read();
            });

            assertThat(now.longestTransaction()).isPositive();
            assertThat(now.oldestSnapshot()).isGreaterThanOrEqualTo(20);
        }
    }

    @Test
    void showsASlotThatNobodyReads() {
        POSTGRES.execute("SELECT pg_create_physical_replication_slot('idle')");
        try {
            assertThat(health().read().idleSlots()).isEqualTo(1);
        } finally {
            POSTGRES.execute("SELECT pg_drop_replication_slot('idle')");
        }
        assertThat(health().read().idleSlots()).isZero();
    }

    private static JobStore jobs() {
        return new PostgresJobStore(POSTGRES.database());
    }

    private static PostgresQueueHealth health() {
        return new PostgresQueueHealth(POSTGRES.database());
    }
}
