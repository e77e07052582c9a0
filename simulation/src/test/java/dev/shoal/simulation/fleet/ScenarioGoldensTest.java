package dev.shoal.simulation.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Each shipped scenario at reduced size against its text. {@code -Dshoal.golden.write=true} writes them anew. */
class ScenarioGoldensTest {
    private static final Path GOLDENS = Path.of("src/test/resources/fleet");

    @ParameterizedTest
    @FieldSource("dev.shoal.simulation.fleet.Scenarios#NAMES")
    void aShippedScenarioComesOutAsItsGoldenSays(String name) throws IOException {
        Path golden = GOLDENS.resolve(name + ".txt");

        String text = TextReport.of(FleetSimulation.run(name, Scenarios.load(name, reduced(name))));

        if (Boolean.getBoolean("shoal.golden.write")) {
            Files.createDirectories(GOLDENS);
            Files.writeString(golden, text);
        }
        assertThat(text).isEqualTo(Files.readString(golden));
    }

    private static Map<String, String> reduced(String name) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("machines", name.equals("full-day") ? "40" : "400");
        settings.put("regions", name.equals("full-day") ? "1" : "2");
        settings.put("size", "128MiB");
        settings.put("groups", "32");
        switch (name) {
            case "full-day" -> {
                settings.put("deploys", "40");
                settings.put("builds", "100");
            }
            case "origin-loss" -> settings.put("origins_lost_at", "1s");
            case "canary", "bad-build" -> {
                // One in a hundred must be some machines.
                settings.put("machines", "4000");
                settings.put("size", "16MiB");
                settings.put("groups", "4");
            }
            case "twenty-apps" -> settings.put("size", "16MiB");
            default -> {}
        }
        return settings;
    }
}
