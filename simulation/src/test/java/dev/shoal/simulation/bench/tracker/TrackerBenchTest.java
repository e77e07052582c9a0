package dev.shoal.simulation.bench.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shoal.simulation.bench.CpuTimes;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class TrackerBenchTest {
    @TempDir
    Path temp;

    @Test
    void everyPeerOfEachBurstIsAnsweredAndCounted() throws Exception {
        Path file = temp.resolve("figures.json");

        int exit = new CommandLine(new TrackerBench())
                .execute("--peers", "300", "--bursts", "2", "--json", file.toString());

        assertThat(exit).isZero();
        JsonNode bursts = new ObjectMapper().readTree(file.toFile());
        assertThat(bursts).hasSize(2).allSatisfy(burst -> {
            assertThat(burst.get("answered").asInt()).isEqualTo(300);
            assertThat(burst.get("p99_ms").asDouble())
                    .isBetween(
                            burst.get("p50_ms").asDouble(), burst.get("max_ms").asDouble());
        });
    }

    @Test
    void idleIsTheShareOfTicksThatWereIdle() {
        CpuTimes before = CpuTimes.of("cpu  100 0 100 500 10 0 0 0 7 0");
        CpuTimes after = CpuTimes.of("cpu  130 0 120 530 20 5 5 0 9 0");

        assertThat(after.idleShareSince(before)).isCloseTo(0.3, within(1e-9));
    }
}
