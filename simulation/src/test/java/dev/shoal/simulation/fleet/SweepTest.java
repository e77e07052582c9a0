package dev.shoal.simulation.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.simulation.report.Browser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepTest {
    private static final Path GOLDEN = Path.of("src/test/resources/fleet/sweep.txt");

    private static List<FleetResult> swept() {
        Map<String, String> small = Map.of("machines", "100", "regions", "2", "size", "64MiB", "fanout", "0s");
        List<FleetResult> results = new ArrayList<>();
        Sweep.runs("piece=1MiB,4MiB,16MiB", small)
                .forEach((name, settings) ->
                        results.add(FleetSimulation.run(name, Scenarios.load("all-at-once", settings))));
        return results;
    }

    @Test
    void aSweepComesOutAsItsGoldenSays() throws IOException {
        String table = Sweep.table(swept());

        if (Boolean.getBoolean("shoal.golden.write")) {
            Files.writeString(GOLDEN, table);
        }
        assertThat(table).isEqualTo(Files.readString(GOLDEN));
    }

    @Test
    void aBrowserDrawsASweepAndEachOfItsRunsAndComplainsOfNothing(@TempDir Path directory) throws Exception {
        Browser.Seen seen = Browser.open(HtmlReport.of(swept()), directory);

        assertThat(seen.console()).isEmpty();
        assertThat(seen.wide()).isFalse();
        // Two pictures of all runs, then four of each.
        assertThat(seen.pictures()).hasSize(2 + 3 * 4).allSatisfy(picture -> {
            assertThat(picture.width()).as(picture.name()).isGreaterThan(500);
            assertThat(picture.height()).as(picture.name()).isGreaterThan(20);
            assertThat(picture.marks()).as(picture.name()).isPositive();
            assertThat(picture.outside()).as(picture.name()).isEmpty();
        });
        assertThat(seen.pictures())
                .filteredOn(picture -> picture.name().startsWith("share of the bytes"))
                .hasSize(3)
                .allSatisfy(picture -> assertThat(picture.series()).isEqualTo(2));
    }

    @Test
    void aSweepThatIsNoneOrNamesAnUnknownKeyIsRefused() {
        assertThatThrownBy(() -> Sweep.runs("piece", Map.of())).hasMessageContaining("piece=1MiB,4MiB");
        Map<String, Map<String, String>> unknown = Sweep.runs("peace=1,2", Map.of());
        assertThatThrownBy(() -> Scenarios.load("all-at-once", unknown.getOrDefault("peace=1", Map.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'peace'")
                .hasMessageContaining("known are description, machines, regions, size, piece");
    }
}
