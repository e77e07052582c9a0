package dev.shoal.simulation.bench.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RatesTest {
    @Test
    void ratesAreDecimalBitsASecond() {
        assertThat(Rates.parse("40Mbit")).isEqualTo(40_000_000);
        assertThat(Rates.parse("1.5 gbit")).isEqualTo(1_500_000_000);
        assertThat(Rates.parse("800Kbit")).isEqualTo(800_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "40", "40MB", "-1Mbit", "0Mbit", "1.0001Mbit", "99999999999Gbit"})
    void anythingElseIsRefusedWithWhatWasSaid(String text) {
        assertThatThrownBy(() -> Rates.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text);
    }
}
