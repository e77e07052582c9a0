package dev.shoal.agent.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalTime;
import java.util.List;
import org.junit.jupiter.api.Test;

class LimitPlanTest {
    private static final LimitPlan PLAN = new LimitPlan(
            "100MiB",
            null,
            List.of(
                    new LimitPlan.Window("08:00", "18:00", "10MiB", "20MiB"),
                    new LimitPlan.Window("22:00", "02:00", null, null)));

    @Test
    void aWindowHoldsItsStartAndNotItsEnd() {
        TransferLimits office = new TransferLimits(10 << 20, 20 << 20);

        assertThat(PLAN.at(LocalTime.of(8, 0))).isEqualTo(office);
        assertThat(PLAN.at(LocalTime.of(17, 59))).isEqualTo(office);
        assertThat(PLAN.at(LocalTime.of(18, 0))).isEqualTo(new TransferLimits(100 << 20, 0));
    }

    @Test
    void aWindowMayGoOverMidnight() {
        assertThat(PLAN.at(LocalTime.of(23, 0))).isEqualTo(TransferLimits.NONE);
        assertThat(PLAN.at(LocalTime.of(1, 59))).isEqualTo(TransferLimits.NONE);
        assertThat(PLAN.at(LocalTime.of(2, 0))).isEqualTo(new TransferLimits(100 << 20, 0));
    }

    @Test
    void wrongTimesAndRatesAreNamed() {
        assertThatThrownBy(() -> new LimitPlan.Window("8 o'clock", "18:00", null, null))
                .hasMessageContaining("'8 o'clock'");
        assertThatThrownBy(() -> new LimitPlan("fast", null, List.of())).hasMessageContaining("'fast'");
        assertThatThrownBy(() -> new LimitPlan("5GiB", null, List.of())).hasMessageContaining("2147483647");
    }
}
