package dev.shoal.simulation.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.Map;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class FleetSimulationTest {
    private static FleetResult run(String... settings) {
        Map<String, String> all =
                new LinkedHashMap<>(Map.of("machines", "300", "regions", "1", "size", "512MiB", "fanout", "0s"));
        for (String setting : settings) {
            all.put(setting.substring(0, setting.indexOf('=')), setting.substring(setting.indexOf('=') + 1));
        }
        return FleetSimulation.run("test", Scenarios.load("all-at-once", all));
    }

    @Test
    void theSameSeedGivesTheSameOutcomeToTheLastBit() {
        FleetResult first = run("machines=100", "size=64MiB", "regions=3");
        FleetResult second = run("machines=100", "size=64MiB", "regions=3");

        assertThat(second.downloaded()).isEqualTo(first.downloaded());
        assertThat(second.bytes()).isEqualTo(first.bytes());
        assertThat(second.events()).isEqualTo(first.events());
        assertThat(run("machines=100", "size=64MiB", "regions=3", "seed=2").bytes())
                .isNotEqualTo(first.bytes());
    }

    @Test
    void everybodyReceivesAllBytesOnceAndNobodyBeatsTheBound() {
        FleetResult result = run("size=128MiB");

        double received =
                result.bytes().getOrDefault("origins", 0.0) + result.bytes().getOrDefault("peers", 0.0);
        assertThat(result.downloaded().count()).isEqualTo(300);
        assertThat(received).isCloseTo(300.0 * (128 << 20), Percentage.withPercentage(0.1));
        assertThat(result.makespan()).isGreaterThan(result.bound());
    }

    @Test
    void gatheringPiecesInPairsChangesTheMedianByLessThanTwoPercent() {
        double exact = 0;
        double grouped = 0;
        for (int seed = 1; seed <= 2; seed++) {
            exact += run("groups=0", "seed=" + seed).downloaded().p50();
            grouped += run("groups=64", "seed=" + seed).downloaded().p50();
        }

        assertThat(grouped).isCloseTo(exact, Percentage.withPercentage(2));
    }

    /** Four regions of 1,000 machines; five pieces a group, as 10 GiB have with the 512 groups of the defaults. */
    @Test
    void groupsOfFivePiecesChangeTheMakespanByLessThanTwoPercent() {
        double exact = slowestOfARegion("0");
        double grouped = slowestOfARegion("256");

        assertThat(grouped).isCloseTo(exact, Percentage.withPercentage(2));
    }

    private static double slowestOfARegion(String groups) {
        FleetResult result = FleetSimulation.run(
                "test",
                Scenarios.load(
                        "all-at-once",
                        Map.of("machines", "4000", "regions", "4", "size", "5GiB", "groups", groups, "seed", "1")));
        return result.regions().stream()
                .mapToDouble(region -> region.downloaded().max())
                .average()
                .orElseThrow();
    }

    @Test
    void machinesOfAPartitionedRegionSeeThePointerAfterThePartition() {
        FleetResult result = FleetSimulation.run(
                "test",
                Scenarios.load(
                        "partitioned-region",
                        Map.of("machines", "60", "regions", "2", "size", "16MiB", "fanout", "0s")));

        assertThat(result.regions().getFirst().downloaded().p50()).isBetween(600.0, 615.0);
        assertThat(result.regions().getLast().downloaded().max()).isLessThan(60);
    }

    @Test
    void aBuildThatFailsItsHealthCheckStopsAtTheCanary() {
        FleetResult result = FleetSimulation.run(
                "test",
                Scenarios.load(
                        "bad-build", Map.of("machines", "3000", "regions", "1", "size", "8MiB", "unhealthy", "0.2")));

        assertThat(result.waves()).hasSize(2);
        assertThat(result.waves().getLast()).startsWith("stopped");
        assertThat(result.active().count()).isLessThan(60);
    }

    @Test
    void aScenarioThatMakesNoSenseIsRefused() {
        assertThatThrownBy(() -> Scenarios.load("all-at-once", Map.of("regions", "0")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("region");
        assertThatThrownBy(() -> Scenarios.load("all-at-once", Map.of("nicc", "7")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nicc");
        assertThatThrownBy(() -> Scenarios.load("nowhere.yaml", Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nowhere.yaml");
        assertThat(Scenarios.rate("1Gbit")).isCloseTo(125e6, within(1.0));
    }
}
