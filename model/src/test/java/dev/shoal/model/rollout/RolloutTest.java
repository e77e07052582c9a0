package dev.shoal.model.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.MachineId;
import dev.shoal.model.Seq;
import dev.shoal.model.report.AppReport;
import dev.shoal.model.report.AppState;
import dev.shoal.model.rollout.Rollout.Decision;
import dev.shoal.model.rollout.Rollout.Observed;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RolloutTest {
    private static final Instant NOW = Instant.parse("2026-11-22T21:00:00Z");
    private static final Instant LATER = NOW.plusSeconds(60);
    private static final Seq SEQ = new Seq(5);

    @Test
    void isCompleteWhenEveryLiveMachineIsHealthyWithTheSeqOrANewerOne() {
        assertThat(decide(LATER, healthy("a", 5), healthy("b", 6))).isEqualTo(new Decision.Complete(2));
    }

    @Test
    void waitsWhileAMachineIsStillDownloading() {
        assertThat(decide(LATER, healthy("a", 5), report("b", 5, AppState.DOWNLOADING)))
                .isEqualTo(new Decision.Waiting(1, 2));
    }

    @Test
    void countsAHealthyMachineOfTheOldReleaseAsMissing() {
        assertThat(decide(LATER, healthy("a", 4))).isEqualTo(new Decision.Waiting(0, 1));
    }

    @Test
    void waitsForTheFirstMachine() {
        assertThat(decide(LATER)).isEqualTo(new Decision.Waiting(0, 0));
    }

    @Test
    void saysWhichMachinesDidNotMakeItByTheDeadline() {
        Decision decision = decide(NOW, healthy("a", 5), report("b", 5, AppState.FAILED), silent("c"));

        assertThat(decision).isInstanceOfSatisfying(Decision.Incomplete.class, incomplete -> {
            assertThat(incomplete.healthy()).isEqualTo(1);
            assertThat(incomplete.total()).isEqualTo(3);
            assertThat(incomplete.missing())
                    .containsEntry(new MachineId("b"), "FAILED seq 5: disk full")
                    .containsEntry(new MachineId("c"), "never reported this app")
                    .hasSize(2);
        });
    }

    private static Decision decide(Instant deadline, Observed... live) {
        return Rollout.decide(SEQ, List.of(live), NOW, deadline);
    }

    private static Observed healthy(String machine, long seq) {
        return report(machine, seq, AppState.HEALTHY);
    }

    private static Observed silent(String machine) {
        return new Observed(new MachineId(machine), Optional.empty());
    }

    private static Observed report(String machine, long seq, AppState state) {
        Optional<String> detail = state == AppState.FAILED ? Optional.of("disk full") : Optional.empty();
        return new Observed(
                new MachineId(machine),
                Optional.of(new AppReport(
                        new AppName("hello"),
                        new BuildName("hello-" + seq),
                        new Seq(seq),
                        state,
                        Optional.empty(),
                        0,
                        10,
                        detail,
                        NOW)));
    }
}
