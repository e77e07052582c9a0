package dev.shoal.agent.region.reports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.agent.testkit.ReportInbox;
import dev.shoal.model.MachineId;
import dev.shoal.model.RegionName;
import dev.shoal.model.report.MachineReport;
import dev.shoal.model.report.ReportBatch;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReportCollectorTest {
    private final ReportInbox api = ReportInbox.start();
    private final ReportCollector collector = new ReportCollector(api.url(), () -> "agent-token");

    @AfterEach
    void close() {
        collector.close();
        api.close();
    }

    @Test
    void passesOnTheNewestReportOfEachMachineOnly() {
        collector.accept(report("m-1", 1));
        collector.accept(report("m-1", 3));
        collector.accept(report("m-1", 2));
        collector.accept(report("m-2", 9));

        collector.start();

        within(10).until(() -> collector.delivered() == 2);
        assertThat(api.reports())
                .extracting(r -> r.machine() + " " + r.number())
                .containsExactlyInAnyOrder("m-1 3", "m-2 9");
        assertThat(collector.waiting()).isZero();
    }

    @Test
    void sendsBatchesThatTheApiAccepts() {
        for (int i = 0; i < 2 * ReportBatch.MAX_REPORTS + 7; i++) {
            collector.accept(report("m-" + i, 1));
        }

        collector.start();

        within(20).until(() -> collector.delivered() == 2 * ReportBatch.MAX_REPORTS + 7);
        assertThat(api.batches()).hasSize(3);
    }

    @Test
    void keepsOneReportAMachineWhileTheApiIsAwayAndSendsItLater() {
        api.answer(503);
        collector.start();
        for (int number = 1; number <= 50; number++) {
            collector.accept(report("m-1", number));
        }
        within(10).until(() -> api.refused() > 0);
        within(10).until(() -> collector.waiting() == 1);
        collector.accept(report("m-1", 51));

        api.answer(200);

        within(30).until(() -> api.reports().stream().anyMatch(r -> r.number() == 51));
        assertThat(api.reports()).allSatisfy(r -> assertThat(r.number()).isGreaterThanOrEqualTo(50));
    }

    @Test
    void doesNotLetOneReportThatTheApiRefusesHoldUpTheOthers() {
        api.refuse(new MachineId("m-bad"));
        for (int i = 0; i < 20; i++) {
            collector.accept(report(i == 7 ? "m-bad" : "m-" + i, 1));
        }

        collector.start();

        within(20).until(() -> collector.delivered() == 19);
        within(10).until(() -> collector.waiting() == 0);
        assertThat(collector.isTurning()).isTrue();
    }

    private static MachineReport report(String machine, long number) {
        return new MachineReport(
                new MachineId(machine),
                new RegionName("eu"),
                number,
                "test",
                List.of(),
                Map.of(),
                0,
                Instant.parse("2026-11-22T21:00:00Z"));
    }

    private static ConditionFactory within(int seconds) {
        return await().atMost(Duration.ofSeconds(seconds)).pollInterval(Duration.ofMillis(20));
    }
}
