package dev.shoal.agent.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.agent.consul.KvWatch;
import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.MachineId;
import dev.shoal.model.RegionName;
import dev.shoal.model.Seq;
import dev.shoal.model.report.AppState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AgentStatusTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @Test
    void theTextSaysWhatEachMachineWantsHasAndRuns() {
        assertThat(StatusText.of(List.of(status()), NOW)).isEqualTo("""
                agent 0.1.0  pid 42  up 2h0m  Consul AWAY  limits: up 10.0 MiB/s, down none
                  eu-m1  region eu  refused: OLDER 2, UNSIGNED 1
                    BANNED: banned until 2026-03-01T13:00:00Z by eu-1: 2 machines got wrong bytes
                    hello                hello-7                  seq 9.1  DOWNLOADING 45 % (450.0 MiB of 1000.0 MiB, 8 peers) for 30s  runs hello-6  pointer valid for 6d23h
                    web                  web-3                    seq 3.0  FAILED for 1m30s  runs nothing  pointer EXPIRED 1h0m ago
                      health hook: exit code 3 (failures in a row: 2)
                  eu-m2  region eu  TROUBLE: the state was not saved
                    no app yet
                """);
    }

    @Test
    void theMetricsFollowThePrometheusTextFormat() {
        String text = AgentMetrics.text(status());

        assertThat(text.lines().filter(l -> !l.startsWith("#")))
                .allMatch(l -> l.matches("[a-z_]+(\\{[a-z_]+=\"[^\"]*\"(,[a-z_]+=\"[^\"]*\")*})? -?[0-9.]+"))
                .contains(
                        "shoal_agent_consul_up 0",
                        "shoal_machine_pointers_refused_total{machine=\"eu-m1\",reason=\"OLDER\"} 2",
                        "shoal_machine_app_state{machine=\"eu-m1\",app=\"hello\",state=\"DOWNLOADING\"} 1",
                        "shoal_machine_app_state{machine=\"eu-m1\",app=\"hello\",state=\"HEALTHY\"} 0",
                        "shoal_machine_app_bytes{machine=\"eu-m1\",app=\"hello\"} 471859200",
                        "shoal_machine_well{machine=\"eu-m2\"} 0",
                        "shoal_machine_banned{machine=\"eu-m1\"} 1",
                        "shoal_machine_banned{machine=\"eu-m2\"} 0",
                        "shoal_machine_peers_accused_total{machine=\"eu-m1\"} 3",
                        "shoal_machine_bytes_reused_total{machine=\"eu-m1\"} 1048576",
                        "shoal_machine_app_pointer_expires_seconds{machine=\"eu-m1\",app=\"web\"} "
                                + NOW.minus(Duration.ofHours(1)).getEpochSecond());
        assertThat(text.lines().filter(l -> l.startsWith("# TYPE")).distinct()).hasSize(14);
    }

    private static AgentStatus status() {
        RegionName eu = new RegionName("eu");
        return new AgentStatus(
                "0.1.0",
                42,
                NOW.minus(Duration.ofHours(2)),
                KvWatch.State.AWAY,
                new TransferLimits(10 << 20, 0),
                List.of(
                        new AgentStatus.Machine(
                                new MachineId("eu-m1"),
                                eu,
                                Optional.empty(),
                                Optional.of("banned until 2026-03-01T13:00:00Z by eu-1: 2 machines got wrong bytes"),
                                3,
                                1 << 20,
                                Map.of("UNSIGNED", 1L, "OLDER", 2L),
                                List.of(downloading(), failed())),
                        new AgentStatus.Machine(
                                new MachineId("eu-m2"),
                                eu,
                                Optional.of("the state was not saved"),
                                Optional.empty(),
                                0,
                                0,
                                Map.of(),
                                List.of())));
    }

    private static AgentStatus.App downloading() {
        return new AgentStatus.App(
                new AppName("hello"),
                new BuildName("hello-7"),
                new Seq(9),
                1,
                AppState.DOWNLOADING,
                NOW.minusSeconds(30),
                Optional.of(new BuildName("hello-6")),
                450L << 20,
                1000L << 20,
                8,
                450L << 20,
                0,
                0,
                NOW.plus(Duration.ofHours(6 * 24 + 23)),
                false,
                Optional.empty());
    }

    private static AgentStatus.App failed() {
        return new AgentStatus.App(
                new AppName("web"),
                new BuildName("web-3"),
                new Seq(3),
                0,
                AppState.FAILED,
                NOW.minusSeconds(90),
                Optional.empty(),
                1 << 20,
                1 << 20,
                0,
                1 << 20,
                0,
                2,
                NOW.minus(Duration.ofHours(1)),
                true,
                Optional.of("health hook: exit code 3"));
    }
}
