package dev.shoal.simulation.bench.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class BoundTest {
    private static final double TINY = 1e-9;

    @Test
    void withEqualLinksItIsOneTransferAndThePipelineOfPieces() {
        // 100 bytes in 50 pieces to 16 at 10 a second: 10 s, and four generations of a fiftieth of that.
        assertThat(new Bound(100, 50, 16, 10, 10, 160).seconds()).isCloseTo(10 * (1 + 4.0 / 50), within(TINY));
    }

    @Test
    void aSlowOriginASlowLeecherAndTooLittleUploadInAllEachBindInTheirTurn() {
        assertThat(new Bound(100, 1_000_000, 1, 2, 10, 10).seconds()).isCloseTo(50, within(TINY));
        assertThat(new Bound(100, 1_000_000, 1, 10, 4, 10).seconds()).isCloseTo(25, within(TINY));
        // 8 x 100 bytes through 10 + 10 a second.
        assertThat(new Bound(100, 1_000_000_000, 8, 10, 100, 10).seconds()).isCloseTo(40, within(1e-5));
    }

    @Test
    void oneLeecherNeedsNoPipeline() {
        assertThat(new Bound(100, 1, 1, 10, 10, 10).seconds()).isCloseTo(10, within(TINY));
    }

    @Test
    void whatHasNoBoundIsRefused() {
        assertThatThrownBy(() -> new Bound(100, 10, 0, 10, 10, 10)).hasMessageContaining("0 leechers");
        assertThatThrownBy(() -> new Bound(100, 10, 1, 0, 10, 10)).isInstanceOf(IllegalArgumentException.class);
    }
}
