package dev.shoal.simulation.bench.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class TopologyTest {
    private static final long RATE = 40_000_000;

    @Test
    void withoutRacksAllAreAtTheCoreAndNothingNarrowsALink() {
        Topology topology = Topology.of(Case.EQUAL, 2, 16, RATE);

        assertThat(topology.racks()).hasSize(18).containsOnly(Topology.CORE);
        assertThat(topology.rackCount()).isZero();
        assertThat(topology.sending(2)).isEqualTo(16);
        assertThat(topology.ownRackByChance(2)).isNaN();
    }

    @Test
    void aTenthOfTheMachinesIsSlowAndSendsLess() {
        assertThat(Topology.of(Case.SLOW, 1, 20, RATE).sending(1)).isCloseTo(18.5, within(1e-9));
    }

    @Test
    void aRacksUplinkCarriesAQuarterOfWhatItsMachinesCouldSend() {
        Topology topology = Topology.of(Case.RACKS, 1, 32, RATE);

        assertThat(topology.racks().getFirst()).isEqualTo(Topology.CORE);
        assertThat(topology.racks().subList(1, 33)).containsOnly(0, 1, 2, 3);
        assertThat(topology.uplink()).isEqualTo(2 * RATE);
        assertThat(topology.ownRackByChance(1)).isCloseTo(7 / 31.0, within(1e-9));
    }

    @Test
    void racksOfUnequalSizeAreRefused() {
        assertThatThrownBy(() -> Topology.of(Case.RACKS, 1, 18, RATE)).hasMessageContaining("got 18");
        assertThatThrownBy(() -> Topology.of(Case.RACKS, 1, 12, RATE)).hasMessageContaining("got 12");
        assertThatThrownBy(() -> new Topology(List.of(RATE), List.of(), 0)).hasMessageContaining("1 links");
    }
}
