package dev.shoal.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SweepTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    private Path dir = Path.of("");

    @AfterEach
    void leaveNothingBehind() {
        Sweep.kill(marker("stack"));
        Sweep.kill(marker("stack-2"));
    }

    @Test
    void killsWhatDaemonisedItselfOutOfSight() throws IOException {
        // A hook of an app: two forks and a session of its own, its parents gone.
        start("stack", "(setsid sh -c 'sleep 300; true' > /dev/null 2>&1 &) ; echo done > started");
        await().atMost(LIMIT).until(() -> Files.exists(dir.resolve("started")));
        await().atMost(LIMIT).until(() -> !Sweep.marked(marker("stack")).isEmpty());

        assertThat(Sweep.kill(marker("stack"))).isPositive();

        assertThat(Sweep.marked(marker("stack"))).isEmpty();
    }

    @Test
    void killsWhatIgnoresToBeTerminated() throws IOException {
        Process stubborn = start("stack", "trap '' TERM HUP INT; while :; do sleep 1; done");
        await().atMost(LIMIT).until(() -> Sweep.marked(marker("stack")).contains(stubborn.pid()));

        Sweep.kill(marker("stack"));

        await().atMost(LIMIT).until(() -> !stubborn.isAlive());
    }

    @Test
    void killsWhatForksAllTheTime() throws IOException {
        start("stack", "while :; do sleep 0.05 & sleep 0.01; done");
        await().atMost(LIMIT).until(() -> Sweep.marked(marker("stack")).size() > 2);

        Sweep.kill(marker("stack"));

        assertThat(Sweep.marked(marker("stack"))).isEmpty();
    }

    @Test
    void sparesAnotherStackWhoseNameBeginsTheSame() throws IOException {
        Process other = start("stack-2", "sleep 300");
        await().atMost(LIMIT).until(() -> Sweep.marked(marker("stack-2")).contains(other.pid()));

        assertThat(Sweep.kill(marker("stack"))).isZero();

        assertThat(other.isAlive()).isTrue();
    }

    @Test
    void sparesTheCommandThatSweepsAndThoseThatCalledIt() throws Exception {
        // Somebody runs ./shoal down in a terminal of the stack itself.
        String sweep = String.join("' '", TestPrograms.java(Sweeper.class, marker("stack")));
        Process shell = start("stack", "'" + sweep + "' && echo alive > survived");

        assertThat(shell.waitFor()).isZero();
        assertThat(dir.resolve("survived")).exists();
    }

    /** Sweeps. */
    static final class Sweeper {
        private Sweeper() {}

        /** Argument: the marker. */
        public static void main(String[] args) {
            Sweep.kill(args[0]);
        }
    }

    private Process start(String stack, String script) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(List.of("sh", "-c", script)).directory(dir.toFile());
        builder.environment().put(Sweep.VARIABLE, dir.resolve(stack).toString());
        return builder.start();
    }

    private String marker(String stack) {
        return Sweep.VARIABLE + "=" + dir.resolve(stack);
    }
}
