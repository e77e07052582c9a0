package dev.shoal.workerhost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.activities.host.BuildSecret;
import dev.shoal.model.AppName;
import dev.shoal.model.HostId;
import dev.shoal.model.RegionName;
import dev.shoal.model.retention.RetentionPolicy;
import dev.shoal.workerhost.ConfigFile.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {
    private static final String WHOLE = """
            admin_port: 9100
            temporal: {target: "127.0.0.1:7233", namespace: default}
            database: {url: "jdbc:postgresql://127.0.0.1:5432/shoal", user: postgres, password: "geheim", pool_size: 4}
            home_region: eu
            regions:
              - {name: eu, s3: {endpoint: "http://127.0.0.1:9000", bucket: shoal, access_key: shoal, secret_key_file: /abs/s3.key}}
            build: {host_id: build-1, slots: 2, work_dir: /abs/work, heart_beat_interval: 15s, grace: 30s}
            release: {signing_key_file: /abs/release.key, verify_key_file: /abs/release.pub, global_consul: "http://127.0.0.1:8500",
                      pointer_validity: 7d, rollout_deadline: 10m, machine_liveness: 60s}
            monitor: {threshold: 20m, interval: 10s}
            """;

    @TempDir
    Path directory;

    @Test
    void readsTheFileOfTheArchitecturePage() {
        WorkerHostConfig config = read(WHOLE);

        assertThat(config.build().orElseThrow().hostId()).isEqualTo(new HostId("build-1"));
        assertThat(config.build().orElseThrow().beat()).isEqualTo(Duration.ofSeconds(15));
        assertThat(config.release().orElseThrow().validity()).isEqualTo(Duration.ofDays(7));
        assertThat(config.monitor().orElseThrow().limit()).isEqualTo(Duration.ofMinutes(20));
        assertThat(config.regionNames()).containsExactly(config.homeRegion());
    }

    @Test
    void durationsHaveDefaults() {
        WorkerHostConfig config = read(WHOLE.replace("monitor: {threshold: 20m, interval: 10s}", "monitor: {}")
                .replace(", heart_beat_interval: 15s, grace: 30s", ""));

        assertThat(config.monitor().orElseThrow().limit()).isEqualTo(Duration.ofMinutes(20));
        assertThat(config.monitor().orElseThrow().every()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.build().orElseThrow().drain()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void nothingIsDeletedUnlessItIsAskedFor() {
        assertThat(read(WHOLE).monitor().orElseThrow().retention()).isEmpty();

        WorkerHostConfig config = read(WHOLE.replace("interval: 10s}", "interval: 10s, retention: {}}"));

        assertThat(config.monitor().orElseThrow().retention().orElseThrow().policy())
                .isEqualTo(RetentionPolicy.DEFAULT);
    }

    @Test
    void aRetentionPolicyNamesWhatIsNotTheDefaultAndIsChecked() {
        WorkerHostConfig config = read(WHOLE.replace(
                "interval: 10s}", "interval: 10s, retention: {keep_builds: 3, log_age: 1h, grace: 1m, interval: 5m}}"));

        assertThat(config.monitor().orElseThrow().retention().orElseThrow().policy())
                .isEqualTo(new RetentionPolicy(
                        3, Duration.ofDays(90), Duration.ofDays(90), Duration.ofHours(1), 10, Duration.ofMinutes(1)));
        assertThatThrownBy(() -> read(WHOLE.replace("interval: 10s}", "interval: 10s, retention: {keep_builds: 0}}")))
                .hasMessageContaining("retention.keep_builds must be within 1..");
        assertThatThrownBy(() -> read(WHOLE.replace("interval: 10s}", "interval: 10s, retention: {job_age: 1d}}")))
                .hasMessageContaining("log_age must not be longer than job_age");
    }

    @Test
    void aBuildHostHasLimitsAndSecrets() {
        var build = read(WHOLE.replace(
                        ", grace: 30s}",
                        ", grace: 30s, memory_limit: 4GiB, pids_limit: 100, cpu_weight: 50, log_limit: 1MiB,"
                                + " cache_max_bytes: 1GiB, secrets: {NPM_TOKEN: {file: /abs/npm, apps: [web]}}}"))
                .build()
                .orElseThrow();

        assertThat(build.limits()).hasToString("memory 4.0 GiB, 100 processes, processor weight 50");
        assertThat(build.keptOutput()).isEqualTo(1 << 20);
        assertThat(build.mirrorBytes()).isEqualTo(1 << 30);
        assertThat(build.given())
                .containsExactly(new BuildSecret("NPM_TOKEN", Path.of("/abs/npm"), Set.of(new AppName("web"))));
    }

    @Test
    void aBuildHostLimitsOnlyProcessesUnlessToldTo() {
        assertThat(read(WHOLE).build().orElseThrow().limits()).hasToString("4096 processes");
    }

    @Test
    void limitsAndSecretsThatMakeNoSenseAreErrors() {
        for (String wrong : List.of(
                "memory_limit: lots",
                "memory_limit: 1kB",
                "pids_limit: 0",
                "cpu_weight: 0",
                "secrets: {A-B: {file: /abs/npm, apps: [web]}}",
                "secrets: {A: {file: npm, apps: [web]}}",
                "secrets: {A: {file: /abs/npm, apps: []}}")) {
            assertThatThrownBy(() -> read(WHOLE.replace(", grace: 30s}", ", grace: 30s, " + wrong + "}")))
                    .as(wrong)
                    .isInstanceOf(ConfigException.class);
        }
    }

    @Test
    void anUnknownKeyIsAnErrorThatNamesFileAndKey() {
        assertThatThrownBy(() -> read(WHOLE.replace("admin_port", "admin_prot")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("worker.yaml")
                .hasMessageContaining("admin_prot");
    }

    @Test
    void aWrongDurationIsAnError() {
        assertThatThrownBy(() -> read(WHOLE.replace("20m", "20 parsecs")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("20 parsecs");
    }

    @Test
    void anUnknownHomeRegionIsAnError() {
        assertThatThrownBy(() -> read(WHOLE.replace("home_region: eu", "home_region: mars")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("mars");
    }

    private static String replication(String setting) {
        return WHOLE.replace(
                        "machine_liveness: 60s}", "machine_liveness: 60s,\n          replication: " + setting + "}")
                .replace(
                        "build: {",
                        "  - {name: us, s3: {endpoint: \"http://127.0.0.1:9001\", bucket: shoal, access_key: shoal,"
                                + " secret_key_file: /abs/s3.key}}\nbuild: {");
    }

    @Test
    void aRegionMayBeLeftToItsProviderUntilADeadline() {
        RegionName us = new RegionName("us");

        assertThat(read(WHOLE).release().orElseThrow().managed()).isEmpty();
        assertThat(read(replication("{us: {mode: managed, deadline: 45m}}"))
                        .release()
                        .orElseThrow()
                        .managed())
                .isEqualTo(Map.of(us, Duration.ofMinutes(45)));
        assertThat(read(replication("{us: {mode: managed}}"))
                        .release()
                        .orElseThrow()
                        .managed())
                .isEqualTo(Map.of(us, Duration.ofMinutes(20)));
        assertThat(read(replication("{us: {mode: copy}}"))
                        .release()
                        .orElseThrow()
                        .managed())
                .isEmpty();
    }

    @Test
    void replicationThatMakesNoSenseIsAnError() {
        for (String wrong : List.of(
                "{us: {mode: magic}}",
                "{us: {mode: copy, deadline: 1m}}",
                "{us: {mode: managed, deadline: 0s}}",
                "{eu: {mode: managed}}",
                "{mars: {mode: managed}}")) {
            assertThatThrownBy(() -> read(replication(wrong))).as(wrong).isInstanceOf(ConfigException.class);
        }
    }

    @Test
    void aMissingFileIsAnError() {
        assertThatThrownBy(() -> ConfigFile.read(directory.resolve("none.yaml")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("none.yaml");
    }

    @Test
    void thePasswordIsNotInTheLog() {
        assertThat(read(WHOLE).toString()).doesNotContain("geheim");
    }

    private WorkerHostConfig read(String yaml) {
        try {
            return ConfigFile.read(Files.writeString(directory.resolve("worker.yaml"), yaml));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
