package dev.shoal.workerhost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.model.AppName;
import dev.shoal.model.HostId;
import dev.shoal.model.JobId;
import dev.shoal.model.gate.Completeness;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobSource;
import dev.shoal.model.job.JobStage;
import dev.shoal.model.job.JobStatus;
import dev.shoal.workerhost.MonitorDecision.Round;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MonitorDecisionTest {
    private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");
    private static final Duration THRESHOLD = Duration.ofMinutes(20);

    private static MonitorDecision at(Duration after, int stale, int running, Optional<Instant> massSince) {
        List<Job> jobs = IntStream.rangeClosed(1, stale)
                .mapToObj(MonitorDecisionTest::job)
                .toList();
        return MonitorDecision.of(new Round(START, START.plus(after), THRESHOLD, jobs, running, massSince));
    }

    @Test
    void aMonitorThatHasJustStartedHolds() {
        assertThat(at(Duration.ofMinutes(19), 1, 100, Optional.empty())).isInstanceOf(MonitorDecision.Hold.class);
    }

    @Test
    void afterAThresholdAFewStaleJobsAreJudged() {
        assertThat(at(THRESHOLD, 10, 100, Optional.empty()))
                .isInstanceOfSatisfying(MonitorDecision.Judge.class, judge -> {
                    assertThat(judge.stale()).hasSize(10);
                    assertThat(judge.massSince()).isEmpty();
                });
    }

    @Test
    void moreThanATenthAtOnceWaitsOneMoreThreshold() {
        Duration later = Duration.ofHours(5);

        MonitorDecision first = at(later, 11, 100, Optional.empty());

        assertThat(first).isInstanceOf(MonitorDecision.Hold.class);
        assertThat(first.massSince()).contains(START.plus(later));
        assertThat(at(later.plusMinutes(19), 11, 100, first.massSince())).isInstanceOf(MonitorDecision.Hold.class);
        assertThat(at(later.plusMinutes(20), 11, 100, first.massSince())).isInstanceOf(MonitorDecision.Judge.class);
    }

    @Test
    void aMassThatWentAwayIsForgotten() {
        assertThat(at(Duration.ofHours(6), 1, 100, Optional.of(START)).massSince())
                .isEmpty();
    }

    @Test
    void nothingStaleIsNothingToJudge() {
        assertThat(at(Duration.ofHours(6), 0, 0, Optional.empty()))
                .isEqualTo(new MonitorDecision.Judge(List.of(), Optional.empty()));
    }

    private static Job job(int id) {
        return new Job(
                new JobId(id),
                new AppName("hello"),
                START,
                JobStatus.RUNNING,
                JobStage.BUILDING,
                Optional.of(START),
                100,
                1,
                new JobSource.Directory("/src"),
                false,
                List.of(),
                Optional.of(new HostId("build-1")),
                Optional.of("ticket-" + id),
                Optional.of(START),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                "ann",
                Optional.empty(),
                Completeness.ALL,
                Optional.empty());
    }
}
