package dev.shoal.agent.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.shoal.agent.swarm.TestArtifact;
import dev.shoal.agent.testkit.ConsulServer;
import dev.shoal.agent.testkit.TestRelease;
import dev.shoal.model.job.Activation;
import dev.shoal.model.pointer.Pointer;
import dev.shoal.model.pointer.SignedPointer;
import dev.shoal.model.pointer.SigningKey;
import dev.shoal.model.report.AppReport;
import dev.shoal.model.report.AppState;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine whose disk is a file system of a few megabytes. */
class FullDiskTest {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final SigningKey KEY = TestRelease.newKey();
    private static final int MIB = 1 << 20;

    /** The reserve, three versions of 10 MiB, two downloads of 10 MiB, and room for one and a half more. */
    private static final long DISK_MIB = Disk.RESERVE_BYTES / MIB + 30 + 20 + 15;

    @TempDir
    Path dir;

    private Path disk;
    private boolean mounted;
    private ConsulServer consul;
    private RegionStandIn region;
    private MachineAgent agent;

    @BeforeEach
    void startOnASmallDisk() throws Exception {
        disk = Files.createDirectory(dir.resolve("disk"));
        mounted = succeeds("mount", "-t", "tmpfs", "-o", "size=" + DISK_MIB + "m", "tmpfs", disk.toString());
        assumeTrue(mounted, "SKIPPED: this user cannot mount a small file system");
        consul = ConsulServer.start("eu", Files.createDirectory(dir.resolve("consul")));
        region = new RegionStandIn(dir.resolve("region"));
        agent = MachineAgent.start(writeConfig());
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable part :
                Stream.of(agent, region, consul).filter(Objects::nonNull).toList()) {
            part.close();
        }
        assertThat(!mounted || succeeds("umount", "-l", disk.toString())).isTrue();
    }

    @Test
    void oldVersionsMakeRoomAndWithoutAnyTheMachineSaysSoAndGoesOnWhenThereIsSome() throws Exception {
        for (int seq = 1; seq <= 4; seq++) {
            release(seq);
            await().atMost(LIMIT).until(() -> isHealthyWith("hello-" + current()));
        }
        assertThat(versions()).as("seq 1 had to go").containsExactly("2-hello-2", "3-hello-3", "4-hello-4");
        assertThat(region.reports.stream().flatMap(r -> r.apps().stream()))
                .anyMatch(a -> a.detail().orElse("").contains("No space left"));

        Path other = disk.resolve("other");
        try (RandomAccessFile file = new RandomAccessFile(other.toFile(), "rw")) {
            file.write(new byte[25 * MIB]);
        }
        release(5);
        await().atMost(LIMIT)
                .until(() -> app().state() == AppState.FAILED
                        && app().detail().orElse("").contains("No space left"));
        assertThat(app().running().orElseThrow()).hasToString("hello-4");
        assertThat(disk.resolve("m1/apps/hello/current/program")).hasSize(10L * MIB);

        Files.delete(other);
        await().atMost(LIMIT).until(() -> isHealthyWith("hello-5"));
    }

    private int released;

    private int current() {
        return released;
    }

    private void release(int seq) throws IOException {
        released = seq;
        TestArtifact artifact = TestArtifact.random(seq, 10 * MIB, 256 << 10);
        region.offer(artifact);
        Pointer pointer = Pointers.of(
                seq,
                0,
                1000,
                artifact.metainfo(),
                Activation.ofFile("program"),
                Instant.now().truncatedTo(ChronoUnit.MILLIS));
        consul.put(Pointer.key(Pointers.APP), SignedPointer.sign(pointer, KEY));
    }

    private boolean isHealthyWith(String build) {
        return region.last().stream()
                .flatMap(r -> r.apps().stream())
                .anyMatch(
                        a -> a.state() == AppState.HEALTHY && a.build().value().equals(build));
    }

    private AppReport app() {
        return region.last().orElseThrow().apps().getFirst();
    }

    private List<String> versions() throws IOException {
        try (Stream<Path> all = Files.list(disk.resolve("m1/apps/hello/versions"))) {
            return all.filter(Files::isDirectory)
                    .map(p -> p.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    private static boolean succeeds(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    private Path writeConfig() throws IOException {
        Path key = Files.writeString(dir.resolve("release.pub"), KEY.verifyKey().toPem());
        Path token = Files.writeString(dir.resolve("machine.token"), "secret\n");
        return Files.writeString(dir.resolve("machine.yaml"), """
                admin_port: 0
                region: eu
                consul: {url: "%s"}
                region_agents: ["%s"]
                trusted_keys: [%s]
                token_file: %s
                report_interval: 1s
                native_dir: %s
                machines:
                  - {id: eu-m1, data_dir: %s, torrent_port: 0}
                """.formatted(
                        consul.url(), region.url(), key, token, dir.resolve("region/native"), disk.resolve("m1")));
    }
}
