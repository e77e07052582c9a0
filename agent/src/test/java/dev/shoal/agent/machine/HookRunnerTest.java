package dev.shoal.agent.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.agent.swarm.TestArtifact;
import dev.shoal.model.MachineId;
import dev.shoal.model.pointer.Pointer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HookRunnerTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Pointer POINTER = Pointers.of(3, TestArtifact.random(1, 20_000, 16 << 10), Pointers.PLAIN);

    @TempDir
    Path dir;

    private AppDirectory app;
    private HookRunner hooks;

    @BeforeEach
    void makeVersion() throws IOException {
        app = new AppDirectory(dir.toRealPath(), Pointers.APP);
        Files.createDirectories(app.version(POINTER));
        MachineIdentity identity = new MachineIdentity(new MachineId("eu-m1"), Pointers.EU, List.of("*"), List.of());
        hooks = new HookRunner(
                identity,
                Map.of("SHOAL_APP_PORT", "9302"),
                Map.of("PATH", System.getenv("PATH"), "LD_PRELOAD", "/x.so", "SECRET", "s", "SHOAL_STACK", "st"));
    }

    @Test
    void runsInTheVersionWithACleanEnvironment() throws IOException {
        HookResult result = hooks.run("start", "pwd; env", POINTER, app, LIMIT);

        assertThat(result).isEqualTo(new HookResult.Exited(0));
        assertThat(Files.readString(app.hooksLog()))
                .contains(
                        app.version(POINTER) + "\n",
                        "SHOAL_APP=hello",
                        "SHOAL_BUILD=hello-3",
                        "SHOAL_SEQ=3",
                        "SHOAL_MACHINE_ID=eu-m1",
                        "SHOAL_APP_PORT=9302",
                        "SHOAL_STACK=st",
                        "SHOAL_DATA_DIR=" + app.data())
                .doesNotContain("LD_PRELOAD", "SECRET");
    }

    @Test
    void saysTheExitCode() {
        assertThat(hooks.run("start", "exit 7", POINTER, app, LIMIT)).isEqualTo(new HookResult.Exited(7));
    }

    @Test
    void aHookOverItsLimitIsKilledWithItsChildren() throws Exception {
        Duration limit = Duration.ofMillis(500);

        HookResult result = hooks.run("start", "sleep 300 & echo $! > child; wait", POINTER, app, limit);

        assertThat(result).isEqualTo(new HookResult.TimedOut(limit));
        long child = childPid("child");
        await().atMost(LIMIT).until(() -> !isRunning(child));
    }

    @Test
    void aServiceThatAHookLeavesBehindNeitherBlocksItNorDiesWithIt() throws Exception {
        HookResult result = hooks.run("start", "sleep 300 & echo $! > child", POINTER, app, LIMIT);

        assertThat(result).isEqualTo(new HookResult.Exited(0));
        long service = childPid("child");
        try {
            assertThat(isRunning(service)).isTrue();
            assertThat(sessionOf(service))
                    .isNotEqualTo(sessionOf(ProcessHandle.current().pid()));
        } finally {
            ProcessHandle.of(service).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    private long childPid(String file) throws IOException {
        return Long.parseLong(
                Files.readString(app.version(POINTER).resolve(file)).strip());
    }

    // A killed orphan may stay as a zombie where nobody reaps.
    private static boolean isRunning(long pid) throws IOException {
        Path stat = Path.of("/proc/" + pid + "/stat");
        return Files.exists(stat) && !Files.readString(stat).contains(") Z ");
    }

    private static String sessionOf(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[3];
    }
}
