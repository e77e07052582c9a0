package dev.shoal.dev;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.dev.ProcessSpec.Probe;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ChildTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void waitsUntilAllThatItNeedsHaveBeenHealthyOnce() {
        Child api = child("api", "postgres", "temporal");

        assertThat(api.isDue(Set.of("postgres"), NOW)).isFalse();
        assertThat(api.state()).isEqualTo("waiting");
        assertThat(api.isDue(Set.of("postgres", "temporal"), NOW)).isTrue();
    }

    @Test
    void isStartedAgainAfterABackOffThatGrows() {
        Child child = child("build-1");

        child.died("ended with code 1", NOW);

        assertThat(child.state()).isEqualTo("restarting");
        assertThat(child.isDue(Set.of(), NOW.plusMillis(199))).isFalse();
        assertThat(child.isDue(Set.of(), NOW.plusMillis(200))).isTrue();

        child.died("ended with code 1", NOW.plusMillis(200));

        assertThat(child.isDue(Set.of(), NOW.plusMillis(599))).isFalse();
        assertThat(child.isDue(Set.of(), NOW.plusMillis(600))).isTrue();
        assertThat(child.restarts()).isEqualTo(2);
    }

    @Test
    void startsItsBackOffAnewWhenItHadLivedForAMinute() throws Exception {
        Child child = child("build-1");
        for (int i = 0; i < 10; i++) {
            child.died("ended with code 1", NOW);
        }
        Process process = ended();
        child.started(process, NOW);

        Instant death = NOW.plus(RestartPolicy.STABLE);
        child.died("ended with code 137", death);

        assertThat(child.isDue(Set.of(), death.plus(Duration.ofMillis(200)))).isTrue();
    }

    @Test
    void isRunningOnlyWhileItIsHealthy() throws Exception {
        Child child = child("build-1");
        child.started(ended(), NOW);

        assertThat(child.state()).isEqualTo("starting");
        assertThat(child.probed(true)).isTrue();
        assertThat(child.probed(true)).isFalse();
        assertThat(child.state()).isEqualTo("running");

        child.died("ended with code 137", NOW);

        assertThat(child.healthy()).isFalse();
        assertThat(child.everHealthy()).isTrue();
        assertThat(child.detail()).isEqualTo("ended with code 137");
    }

    private static Child child(String name, String... after) {
        return new Child(new ProcessSpec(name, "build", List.of("true"), Map.of(), 1, new Probe.Tcp(1), Set.of(after)));
    }

    private static Process ended() throws IOException, InterruptedException {
        Process process = new ProcessBuilder("true").start();
        process.waitFor();
        return process;
    }
}
