package dev.shoal.simulation.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.shoal.simulation.chaos.Blow.Strike;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BlowPlanTest {
    private static final Map<String, List<String>> STACK =
            Map.of("api", List.of("api"), "build", List.of("build-1", "build-2", "build-3"), "s3", List.of("s3-eu"));

    @Test
    void isTheSameForTheSameSeedAndAnotherForAnother() {
        assertThat(plan(1)).isEqualTo(plan(1)).isNotEqualTo(plan(2));
    }

    @Test
    void hitsEveryKindInTurnsAndOnlyProcessesOfTheStack() {
        List<Blow> plan = plan(3);

        assertThat(plan.subList(0, 3)).extracting(Blow::kind).containsExactlyInAnyOrder("api", "build", "s3");
        assertThat(plan).allSatisfy(blow -> assertThat(STACK.get(blow.kind())).contains(blow.process()));
        assertThat(plan).extracting(Blow::process).contains("build-1", "build-2", "build-3");
    }

    @Test
    void killsAndFreezesShorterAndLongerThanTheTimeOuts() {
        List<Blow> plan = plan(4);

        assertThat(plan).extracting(Blow::strike).contains(Strike.KILL, Strike.FREEZE);
        assertThat(plan.stream().filter(blow -> blow.strike() == Strike.FREEZE))
                .anySatisfy(blow -> assertThat(blow.lasts()).isLessThan(Duration.ofSeconds(10)))
                .anySatisfy(blow -> assertThat(blow.lasts()).isGreaterThan(Duration.ofSeconds(25)));
    }

    @Test
    void keepsItsPaceAndItsEnd() {
        List<Blow> plan = plan(5);

        assertThat(plan).isSortedAccordingTo(java.util.Comparator.comparing(Blow::at));
        assertThat(plan).allSatisfy(blow -> assertThat(blow.at()).isLessThan(Duration.ofMinutes(10)));
        assertThat(plan.size()).isBetween(90, 150);
    }

    @Test
    void needsProcessesAndAPace() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BlowPlan.of(1, Duration.ofMinutes(1), Duration.ofSeconds(1), Map.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BlowPlan.of(1, Duration.ofMinutes(1), Duration.ZERO, STACK));
    }

    private static List<Blow> plan(long seed) {
        return BlowPlan.of(seed, Duration.ofMinutes(10), Duration.ofSeconds(5), STACK);
    }
}
