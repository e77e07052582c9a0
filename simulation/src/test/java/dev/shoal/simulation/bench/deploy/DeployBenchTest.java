package dev.shoal.simulation.bench.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shoal.simulation.bench.BenchCommand;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The drill of {@code ./shoal bench deploy} at a small size. */
class DeployBenchTest {
    @Test
    void endsEveryMachineOnTheNewVersionWhileProcessesAreKilled(@TempDir Path temp) throws Exception {
        Path json = temp.resolve("deploy.json");

        int exit = new CommandLine(new BenchCommand())
                .execute(
                        "deploy",
                        "--regions",
                        "1",
                        "--machines",
                        "4",
                        "--size",
                        "64MiB",
                        "--kill-every",
                        "2",
                        "--json",
                        json.toString());

        assertThat(exit).isZero();
        JsonNode figures = new ObjectMapper().readTree(json.toFile());
        assertThat(figures.get("right").asInt()).isEqualTo(4);
        assertThat(figures.get("kills").size()).isPositive();
    }
}
