package dev.shoal.activities.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.activities.sandbox.Sandbox.Command;
import dev.shoal.activities.sandbox.Sandbox.Ending;
import dev.shoal.activities.testkit.MarkedProcesses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel really enforces for a build on this machine. */
class CgroupsTest {
    private static final BuildLimits LIMITS =
            new BuildLimits(OptionalLong.of(32L << 20), OptionalInt.of(24), OptionalInt.of(50));
    /** Leaves session, environment and directory, then says so: only the group still knows it. The mark is for the test. */
    private static final String DAEMON =
            "setsid env -i /bin/sh -c 'cd /; : > %1$s/hidden; sleep 600; : %2$s' > /dev/null 2>&1 &";

    private final String mark = "shoal-test-" + UUID.randomUUID();

    @TempDir
    private Path directory;

    private Sandbox sandbox;

    @BeforeEach
    void start() {
        sandbox = new Sandbox(directory);
        assumeThat(sandbox.unenforced(LIMITS))
                .as("SKIPPED: this host has no control groups that may be used for limits")
                .isEmpty();
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        sandbox.close();
        assertThat(MarkedProcesses.alive(mark)).isEmpty();
        assertThat(left()).isEmpty();
    }

    @Test
    void aBuildThatTakesTooMuchMemoryFailsWithThatReason() throws Exception {
        // The shell's variable is doubled until it does not fit.
        assertThat(run("x=0123456789abcdef; while :; do x=$x$x; done"))
                .isEqualTo(new Ending.LimitExceeded("memory limit of 32.0 MiB exceeded"));
    }

    @Test
    void aForkBombMeetsItsLimit() throws Exception {
        assertThat(run("for i in $(seq 100); do sleep 600 & done; wait"))
                .isEqualTo(new Ending.LimitExceeded("limit of 24 processes reached"));
    }

    @Test
    void aBuildThatStaysBelowItsLimitsDoesNotNoticeThem() throws Exception {
        assertThat(run("head -c 100000000 /dev/zero > big && test $(wc -c < big) = 100000000"))
                .isEqualTo(new Ending.Exited(0));
        assertThat(run("exit 3")).isEqualTo(new Ending.Exited(3));
    }

    @Test
    void aDaemonThatHidesDiesWithItsBuild() throws Exception {
        assertThat(run(DAEMON.formatted(directory, mark) + " until test -e hidden; do sleep 0.05; done"))
                .isEqualTo(new Ending.Exited(0));
    }

    @Test
    void aDaemonThatHidesDiesWithinTenSecondsOfACancel() {
        long[] cancelled = new long[1];

        assertThatThrownBy(() -> run(DAEMON.formatted(directory, mark) + " sleep 600", () -> {
                    if (Files.exists(directory.resolve("hidden"))) {
                        cancelled[0] = System.nanoTime();
                        throw new IllegalStateException("cancelled");
                    }
                }))
                .hasMessage("cancelled");

        assertThat(MarkedProcesses.alive(mark)).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - cancelled[0])).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void versionOneAloneKillsEverythingToo() throws Exception {
        CgroupMounts mounts = mounts();
        assumeThat(mounts.controllers())
                .as("SKIPPED: no freezer of version 1 on this host")
                .containsKey("freezer");
        Cgroups old = Cgroups.of(directory, new CgroupMounts(Optional.empty(), mounts.controllers()));
        try (Cgroup group = old.create(LIMITS)) {
            Process forking = joined(group, "while :; do sleep 600 & sleep 0.01; done # " + mark);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> MarkedProcesses.alive(mark).size() >= 1);

            assertThat(group.kill()).isTrue();

            assertThat(forking.waitFor()).isEqualTo(128 + 9);
        }
    }

    @Test
    void theGroupsOfADeadHostAreSweptWithWhatIsInThem() throws Exception {
        Cgroup abandoned = Cgroups.detect(directory).create(LIMITS);
        Process forgotten = joined(abandoned, "sleep 600; : " + mark);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> !MarkedProcesses.alive(mark).isEmpty() && !left().isEmpty());

        sandbox.sweep();

        assertThat(forgotten.waitFor()).isEqualTo(128 + 9);
    }

    @Test
    void theGroupsOfAnotherHostAreLeftAlone() throws Exception {
        try (Cgroup others = Cgroups.detect(directory.resolve("other")).create(LIMITS)) {
            Process neighbour = joined(others, "exec sleep 600");
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> neighbour.info().command().orElse("").endsWith("sleep"));

            sandbox.sweep();

            assertThat(neighbour.isAlive()).isTrue();
        }
    }

    private static Process joined(Cgroup group, String script) throws IOException {
        return new ProcessBuilder(group.joining(List.of("sh", "-c", script))).start();
    }

    private List<Path> left() throws IOException {
        String prefix = Cgroups.prefix(directory);
        CgroupMounts mounts = mounts();
        return Stream.concat(mounts.unified().stream(), mounts.controllers().values().stream())
                .flatMap(parent -> Stream.of(parent.toFile().listFiles()))
                .map(java.io.File::toPath)
                .filter(path -> path.getFileName().toString().startsWith(prefix))
                .toList();
    }

    private static CgroupMounts mounts() throws IOException {
        return CgroupMounts.parse(
                Files.readAllLines(Path.of("/proc/self/mountinfo")), Files.readAllLines(Path.of("/proc/self/cgroup")));
    }

    private Ending run(String script) throws IOException, InterruptedException {
        return run(script, () -> {});
    }

    private Ending run(String script, Sandbox.Watch watch) throws IOException, InterruptedException {
        try (OutputFile output = new OutputFile(directory.resolve("log"), 1 << 20)) {
            return sandbox.run(
                    new Command(
                            List.of("sh", "-c", script),
                            directory,
                            Optional.empty(),
                            Map.of("PATH", System.getenv("PATH")),
                            Duration.ofMinutes(2),
                            LIMITS),
                    output,
                    watch);
        }
    }
}
