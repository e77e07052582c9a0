package dev.shoal.simulation.arrivals;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArrivalPlanTest {
    @Test
    void aSteadyLoadIsEvenAndReleasesEachSoManieth() {
        List<Arrival> plan = ArrivalPlan.steady(10, 2, 4);

        assertThat(plan)
                .extracting(a -> a.at().toMillis())
                .startsWith(0L, 500L, 1000L)
                .endsWith(4500L);
        assertThat(plan)
                .filteredOn(Arrival::release)
                .extracting(a -> a.at().toMillis())
                .containsExactly(0L, 2000L, 4000L);
        assertThat(ArrivalPlan.steady(10, 2, 0)).noneMatch(Arrival::release);
    }

    @Test
    void burstsBringFourFifthsOfHalfAMinuteAtOnceAndTheWholeRateInTheMean() {
        List<Arrival> plan = ArrivalPlan.burst(Duration.ofSeconds(75), 2, 0);

        assertThat(plan).hasSize(60 + 60 + 30).isSortedAccordingTo((a, b) -> a.at().compareTo(b.at()));
        assertThat(plan).filteredOn(a -> a.at().equals(Duration.ofSeconds(30))).hasSize(48);
        assertThat(plan).allMatch(a -> a.at().compareTo(Duration.ofSeconds(75)) < 0);
    }

    @Test
    void aWholeDayHasItsBuildsItsDeploysAndTwoThirdsOfThemInItsWorkingHours() {
        List<Arrival> plan = ArrivalPlan.day(50, Duration.ofDays(1));
        Duration hour = Duration.ofDays(1).dividedBy(50 * 24);

        assertThat(plan).hasSize(ArrivalPlan.BUILDS_A_DAY);
        assertThat(plan).filteredOn(Arrival::release).hasSize(ArrivalPlan.DEPLOYS_A_DAY);
        assertThat(plan.getLast().at()).isBetween(hour.multipliedBy(23), hour.multipliedBy(24));
        assertThat(plan)
                .filteredOn(
                        a -> a.at().compareTo(hour.multipliedBy(9)) >= 0 && a.at().compareTo(hour.multipliedBy(17)) < 0)
                .hasSizeBetween(3200, 3350);
    }

    @Test
    void aPartOfADayBeginsInItsBusiestHours() {
        List<Arrival> plan = ArrivalPlan.day(50, Duration.ofMinutes(1));

        assertThat(plan.getFirst().at()).isLessThan(Duration.ofSeconds(1));
        assertThat(plan.getLast().at()).isLessThan(Duration.ofMinutes(1));
        // Twice the mean of 5,000 in 28.8 minutes.
        assertThat(plan).hasSizeBetween(330, 400);
    }

    @Test
    void aProgramSaysWhenItBeganAndItsCommandInTheLogDoesNotCount() {
        String log = "$ echo \"started-at-ms $(date +%s%3N) x\"\nstarted-at-ms 1700000000123 load-1\n";

        assertThat(StartStamp.in(log)).contains(Instant.ofEpochMilli(1_700_000_000_123L));
        assertThat(StartStamp.in("started\n")).isEmpty();
    }
}
