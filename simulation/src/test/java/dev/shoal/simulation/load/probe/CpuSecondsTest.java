package dev.shoal.simulation.load.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class CpuSecondsTest {
    @Test
    void ownTimeAndThatOfEndedChildrenCountWhateverTheProgramIsCalled() {
        String stat = "4711 (a (strange) name) S 1 4711 4711 0 -1 4194560 100 0 0 0 150 50 25 25 39 19 30 0 100";

        assertThat(CpuSeconds.seconds(stat)).isEqualTo(2.5);
    }

    @Test
    void aProcessThatWasRestartedCountsFromThereOn() {
        assertThat(CpuSeconds.since(Map.of("api", 10.0, "build", 5.0), Map.of("api", 12.0, "build", 1.0, "s3", 3.0)))
                .containsExactlyInAnyOrderEntriesOf(Map.of("api", 2.0, "build", 0.0, "s3", 3.0));
    }
}
