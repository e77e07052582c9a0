package dev.shoal.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SupervisorLockTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private Path dir = Path.of("");

    @Test
    void namesTheProcessThatHoldsItAndIsFreeOnceThatIsKilled() throws Exception {
        Layout layout = Layout.of(dir);
        assertThat(SupervisorLock.holder(layout)).isEmpty();

        Process holder = hold();
        try {
            await().atMost(LIMIT)
                    .until(() -> SupervisorLock.holder(layout)
                            .map(ProcessHandle::pid)
                            .equals(Optional.of(holder.pid())));

            Process second = hold();
            assertThat(second.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(second.exitValue()).isEqualTo(1);
        } finally {
            holder.destroyForcibly().waitFor();
        }
        assertThat(SupervisorLock.holder(layout)).isEmpty();
    }

    /** Holds the lock until it is killed; exits 1 if another does. */
    static final class Holder {
        private Holder() {}

        /** Argument: the directory. */
        public static void main(String[] args) throws IOException, InterruptedException {
            Optional<SupervisorLock> lock = SupervisorLock.acquire(Layout.of(Path.of(args[0])));
            if (lock.isEmpty()) {
                System.exit(1);
            }
            new CountDownLatch(1).await();
            lock.get().close();
        }
    }

    private Process hold() throws IOException {
        return new ProcessBuilder(TestPrograms.java(Holder.class, dir.toString()))
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(dir.resolve("log").toFile()))
                .start();
    }
}
