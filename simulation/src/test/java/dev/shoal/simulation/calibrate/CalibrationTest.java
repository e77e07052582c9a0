package dev.shoal.simulation.calibrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.model.json.Json;
import dev.shoal.simulation.fleet.Scenario;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class CalibrationTest {
    private static final double TCP = 5e6;
    private static final double HASH = 1e9;

    @Test
    void readsWhatTheBenchmarkOfTheSwarmWrites() {
        Measured measured = Json.read("""
                {"agents": 2, "origins": 1, "size": 1000, "piece_length": 100, "tcp_bytes_per_second": 5.0, "start_seconds": 0.5,
                 "testbed": "x", "releases": [{"who": "shoal", "seconds": [3.0, 2.0], "origin_share": 1.1, "idle": 0.4, "nice": 0.25}]}
                """.getBytes(StandardCharsets.UTF_8), Measured.class);

        assertThat(measured.seconds(0.5)).isEqualTo(2);
        assertThat(measured.seconds(1)).isEqualTo(3);
        assertThat(measured.originShare()).isEqualTo(1.1);
        assertThat(measured.idle()).isEqualTo(0.65);
    }

    @Test
    void simulatesTheSameMachinesLinksAndStartUp() {
        Scenario scene = Calibration.scene(measured(16, 60), HASH, 2);

        assertThat(scene.machines()).isEqualTo(16);
        assertThat(scene.regions()).isEqualTo(1);
        assertThat(scene.nic()).isEqualTo(TCP);
        assertThat(scene.originNic()).isEqualTo(TCP);
        assertThat(scene.verify()).isEqualTo(HASH / 8);
        assertThat(scene.groups()).isZero();
        assertThat(scene.striped()).isTrue();
        assertThat(scene.wanDelay() * 1.5).isEqualTo(0.6);
    }

    @Test
    void tellsByHowMuchTheSimulatorIsOff() {
        Calibration sound = Calibration.of(List.of(measured(8, 29)), HASH, 2);
        double simulated = sound.comparisons().getFirst().simulated();
        Calibration off = Calibration.of(List.of(measured(8, simulated * 1.2)), HASH, 2);

        assertThat(simulated).isBetween(26.8, 32.0);
        Comparison makespan = off.comparisons().getFirst();
        assertThat(makespan.isGood()).isFalse();
        assertThat(makespan.error()).isBetween(-0.17, -0.16);
        assertThat(off.isGood()).isFalse();
        assertThat(off.text()).contains("makespan, s", "-16.7%", "missed");
    }

    @Test
    void saysWhenTheComputerWasTheLimit() {
        Measured busy = new Measured(
                8, 1, 128 << 20, 1 << 18, TCP, 0.6, List.of(new Measured.Round(List.of(29.0), 1.1, 0.1, 0)));

        assertThat(Calibration.of(List.of(busy, measured(16, 60)), HASH, 2).text())
                .contains(
                        "8 agents left only 10 % of this computer idle: it,",
                        "16 agents left 50 % of this computer idle\n");
    }

    private static Measured measured(int agents, double seconds) {
        return new Measured(
                agents,
                1,
                128 << 20,
                1 << 18,
                TCP,
                0.6,
                List.of(new Measured.Round(List.of(seconds, seconds - 1), 1.1, 0.5, 0)));
    }
}
