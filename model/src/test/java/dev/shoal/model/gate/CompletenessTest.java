package dev.shoal.model.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompletenessTest {
    @ParameterizedTest
    @ValueSource(strings = {"all", "all-but-1", "all-but-999"})
    void whatIsWrittenIsReadBack(String wire) {
        assertThat(Completeness.ofWire(wire).wire()).isEqualTo(wire);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ALL", "all-but-0", "all-but-01", "all-but--1", "all-but-1000", "all-but-x", "some"})
    void anythingElseIsRefusedByName(String wire) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Completeness.ofWire(wire))
                .withMessageContaining("'" + wire + "'");
    }

    @Test
    void aRegionMustBeLeft() {
        assertThat(Completeness.ALL.of(1)).isEqualTo(Completeness.ALL);
        assertThat(new Completeness(2).of(3)).isEqualTo(new Completeness(2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Completeness(3).of(3))
                .withMessage("policy all-but-3 leaves none of 3 regions");
    }
}
