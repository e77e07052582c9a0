package dev.shoal.model.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.model.AppName;
import dev.shoal.model.MachineId;
import dev.shoal.model.Seq;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CohortTest {
    private static final AppName HELLO = new AppName("hello");

    @Test
    void spreadsMachinesEvenly() {
        long firstTenth = IntStream.range(0, 20_000)
                .filter(i -> Cohort.bucket(HELLO, new Seq(3), new MachineId("m" + i)) < 100)
                .count();

        assertThat(firstTenth).isBetween(1850L, 2150L);
    }

    @Test
    void choosesOtherCanariesForTheNextRelease() {
        long same = IntStream.range(0, 20_000)
                .filter(i -> Cohort.bucket(HELLO, new Seq(3), new MachineId("m" + i)) < 100
                        && Cohort.bucket(HELLO, new Seq(4), new MachineId("m" + i)) < 100)
                .count();

        assertThat(same).isLessThan(300);
    }

    @Test
    void neverChangesForTheSameNames() {
        assertThat(Cohort.bucket(HELLO, new Seq(1), new MachineId("eu-m1")))
                .isEqualTo(Cohort.bucket(HELLO, new Seq(1), new MachineId("eu-m1")))
                .isBetween(0, 999);
    }
}
