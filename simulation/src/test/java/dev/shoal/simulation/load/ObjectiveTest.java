package dev.shoal.simulation.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectiveTest {
    private static final QueueAge AGE = new QueueAge(10, 4.2, 0.5);
    private static final List<Journey> JOURNEYS = Reports.journeys(100, 400, 900);

    @Test
    void aLatencyWithinItsLimitIsMet() {
        Objective.Verdict verdict =
                Objective.parse("submit_to_running_p50=500ms").judge(JOURNEYS, AGE, 3);

        assertThat(verdict).isEqualTo(new Objective.Verdict("submit_to_running_p50 <= 500 ms", true, "400 ms"));
    }

    @Test
    void aMissedOneSaysByHowMuch() {
        assertThat(Objective.parse("submit_to_running_p99=500ms").judge(JOURNEYS, AGE, 3))
                .isEqualTo(new Objective.Verdict("submit_to_running_p99 <= 500 ms", false, "900 ms, missed by 400 ms"));
        assertThat(Objective.parse("throughput=3.5/s").judge(JOURNEYS, AGE, 3))
                .isEqualTo(new Objective.Verdict("throughput >= 3.50/s", false, "3.00/s, missed by 0.50/s"));
        assertThat(Objective.parse("queue_age_max=4s").judge(JOURNEYS, AGE, 3).met())
                .isFalse();
        assertThat(Objective.parse("queue_age_drift=1s").judge(JOURNEYS, AGE, 3).met())
                .isTrue();
    }

    @Test
    void whatWasNotMeasuredIsNotMet() {
        assertThat(Objective.parse("released_to_active_p50=1h").judge(JOURNEYS, AGE, 3))
                .isEqualTo(
                        new Objective.Verdict("released_to_active_p50 <= 3,600,000 ms", false, "nothing was measured"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"submit_to_done_p99=1s", "running_to_submit_p99=1s", "submit_to_running_p98=1s", "speed=1s"})
    void anUnknownNameIsRefusedWithTheKnownOnes(String text) {
        assertThatThrownBy(() -> Objective.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text.substring(0, text.indexOf('=')))
                .hasMessageContaining(
                        "submit, queued, claimed, running, first_output, uploaded, replicated, released, active")
                .hasMessageContaining("p50, p90, p99, max")
                .hasMessageContaining("queue_age_max, queue_age_drift, throughput");
    }

    @ParameterizedTest
    @ValueSource(strings = {"submit_to_running_p99=500", "queue_age_max=3/s", "submit_to_running_p99=-1s"})
    void anUnknownUnitIsRefusedWithTheKnownOnes(String text) {
        assertThatThrownBy(() -> Objective.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ms, s, m and h");
    }

    @ParameterizedTest
    @ValueSource(strings = {"throughput=3", "throughput=3s", "throughput=3/m"})
    void theUnitOfThroughputIsPerSecond(String text) {
        assertThatThrownBy(() -> Objective.parse(text)).hasMessageContaining("throughput=3/s");
    }

    @Test
    void whatIsNoObjectiveAtAllIsRefused() {
        assertThatThrownBy(() -> Objective.parse("fast")).hasMessageContaining("'fast'");
    }
}
