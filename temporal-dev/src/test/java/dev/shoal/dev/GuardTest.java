package dev.shoal.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guard is real; a shell stands in for the supervisor and starts what it would start. */
final class GuardTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String CHILDREN = """
            export SHOAL_STACK="$PWD"
            sleep 300 &
            setsid sh -c 'sleep 300; true' &
            echo $$ > started.tmp && mv started.tmp started
            """;

    @TempDir
    private Path dir = Path.of("");

    private Layout layout = new Layout(Path.of("/"));

    @BeforeEach
    void layOut() {
        layout = Layout.of(dir);
    }

    @AfterEach
    void leaveNothingBehind() {
        Sweep.kill(layout.marker());
    }

    @Test
    void leavesNothingAliveWhenTheSupervisorIsKilled() throws Exception {
        Process guard = Guard.start(layout, List.of("sh", "-c", CHILDREN + "wait"), false);
        long supervisor = awaitSupervisor();
        await().atMost(LIMIT).until(() -> Sweep.marked(layout.marker()).size() >= 2);

        ProcessHandle.of(supervisor).ifPresent(ProcessHandle::destroyForcibly);

        assertThat(guard.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(Sweep.marked(layout.marker())).isEmpty());
    }

    @Test
    void letsTheSupervisorEndInItsOwnWayWhenAskedToEnd() throws Exception {
        String tidy = "trap 'sleep 0.5; echo tidied > tidied; exit 0' TERM; ";
        Process guard = Guard.start(layout, List.of("sh", "-c", tidy + CHILDREN + "wait"), false);
        awaitSupervisor();

        guard.destroy();

        assertThat(guard.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(dir.resolve("tidied")).exists();
        assertThat(Sweep.marked(layout.marker())).isEmpty();
    }

    @Test
    void sparesAnotherStack() throws Exception {
        ProcessBuilder builder = new ProcessBuilder("sleep", "300");
        builder.environment().put(Sweep.VARIABLE, layout.dir() + "-2");
        Process other = builder.start();
        try {
            Process guard = Guard.start(layout, List.of("true"), false);

            assertThat(guard.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(other.isAlive()).isTrue();
        } finally {
            other.destroyForcibly();
        }
    }

    private long awaitSupervisor() throws IOException {
        Path started = dir.resolve("started");
        await().atMost(LIMIT).until(() -> Files.exists(started));
        return Long.parseLong(Files.readString(started).strip());
    }
}
