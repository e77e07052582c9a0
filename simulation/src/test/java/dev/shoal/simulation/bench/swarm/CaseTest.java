package dev.shoal.simulation.bench.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CaseTest {
    private static long touched(Case scene, int machines) {
        return IntStream.range(0, machines)
                .filter(i -> scene.touches(i, machines))
                .count();
    }

    @Test
    void aTenthIsSlowAThirdIsLateAThirdIsKilledAndNobodyElse() {
        assertThat(touched(Case.SLOW, 30)).isEqualTo(3);
        assertThat(touched(Case.LATE, 30)).isEqualTo(10);
        assertThat(touched(Case.KILLED, 30)).isEqualTo(10);
        assertThat(touched(Case.EQUAL, 30)).isZero();
        assertThat(touched(Case.TWO_BUILDS, 30)).isZero();
        assertThat(touched(Case.RACKS, 30)).isZero();
    }

    @ParameterizedTest
    @EnumSource(Case.class)
    void aCaseIsCalledByItsNameAndLeavesSomebodyAlone(Case scene) {
        assertThat(Case.ofWire(scene.wire())).isEqualTo(scene);
        assertThat(touched(scene, 2)).isLessThan(2);
    }

    @Test
    void anUnknownCaseIsRefused() {
        assertThatThrownBy(() -> Case.ofWire("sunny")).hasMessageContaining("sunny");
    }
}
