package dev.shoal.agent.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.shoal.agent.swarm.SwarmException;
import dev.shoal.agent.swarm.SwarmTorrent;
import dev.shoal.agent.swarm.TestArtifact;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrashHistoryTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir
    Path dir;

    @Test
    void aFewCrashesCostNothingAndALoopOfThemAPauseThatGrowsToAMinute() {
        assertThat(times(5).pause(NOW)).isZero();
        assertThat(times(6).pause(NOW)).isEqualTo(Duration.ofSeconds(2));
        assertThat(times(7).pause(NOW)).isEqualTo(Duration.ofSeconds(4));
        assertThat(times(50).pause(NOW)).isEqualTo(Duration.ofMinutes(1));
        assertThat(times(50).pause(NOW.plus(Duration.ofMinutes(11)))).isZero();
    }

    @Test
    void crashesOfTheLastHourAreCounted() {
        assertThat(times(7).within(NOW)).isEqualTo(7);
        assertThat(times(7).within(NOW.plus(Duration.ofHours(1)))).isZero();
    }

    @Test
    void onlyAnAgentThatWasNotStoppedHasCrashed() throws Exception {
        CrashFile first = new CrashFile(dir);
        assertThat(first.begin(NOW).crashes()).isEmpty();
        first.end();
        assertThat(new CrashFile(dir).begin(NOW).crashes()).isEmpty();
        assertThat(new CrashFile(dir).begin(NOW).crashes()).containsExactly(NOW);
        assertThat(new CrashFile(dir).begin(NOW).crashes()).hasSize(2);
        Files.writeString(dir.resolve("crashes.json"), "{");
        assertThat(new CrashFile(dir).begin(NOW).crashes()).hasSize(1);
    }

    @Test
    void duringAPauseNothingIsOpenedAndClosingEndsTheWait() {
        GuardedSwarm swarm = new GuardedSwarm(
                () -> {
                    throw new AssertionError("opened during the pause");
                },
                Duration.ofHours(1));
        CompletableFuture<Void> adding = CompletableFuture.runAsync(() -> swarm.add(torrent()));

        assertThat(swarm.pausing()).isPresent();
        assertThat(swarm.status(
                        TestArtifact.random(1, 1000, 16 << 10).metainfo().infoHash()))
                .isEmpty();
        await().atMost(Duration.ofSeconds(30)).until(() -> !adding.isDone());
        swarm.close();

        assertThatThrownBy(() -> adding.get(30, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(SwarmException.class);
    }

    private SwarmTorrent torrent() {
        return new SwarmTorrent(
                TestArtifact.random(1, 1000, 16 << 10).metainfo(), dir, List.of(), false, dir.resolve("r"));
    }

    private static CrashHistory times(int crashes) {
        CrashHistory history = CrashHistory.NONE;
        for (int i = 0; i < crashes; i++) {
            history = history.and(NOW.minusSeconds(i));
        }
        return history;
    }
}
