package dev.shoal.activities.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.shoal.activities.sandbox.Sandbox.Command;
import dev.shoal.activities.sandbox.Sandbox.Ending;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sandbox by itself, and what becomes of a build whose host is killed. */
class SandboxTest {
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

    private final String mark = "MARK=" + UUID.randomUUID();

    @TempDir
    private Path directory;

    private Sandbox sandbox;

    @BeforeEach
    void start() {
        sandbox = new Sandbox(directory);
    }

    @AfterEach
    void stop() {
        sandbox.close();
        assertThat(marked()).isEmpty();
    }

    @Test
    void reportsTheExitCode() throws Exception {
        assertThat(run("exit 7")).isEqualTo(new Ending.Exited(7));
    }

    @Test
    void killsWhatItsWatchNoLongerWants() {
        assertThatThrownBy(() -> run("sleep 600", () -> {
                    throw new IllegalStateException("no longer wanted");
                }))
                .hasMessage("no longer wanted");
    }

    @Test
    void killsTheCommandOfAThreadThatIsInterrupted() throws InterruptedException {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        CountDownLatch ticking = new CountDownLatch(1);
        Thread builder = new Thread(() -> {
            try {
                run("trap '' TERM; sleep 600", ticking::countDown);
            } catch (IOException | InterruptedException e) {
                thrown.set(e);
            }
        });
        builder.start();
        ticking.await();

        builder.interrupt();
        builder.join(TEN_SECONDS);

        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void failsIfTheOutputCannotBeKept() throws IOException {
        try (OutputFile full = new OutputFile(Path.of("/dev/full"), 1 << 20)) {
            assertThatThrownBy(() -> sandbox.run(command("yes"), full, () -> {}))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("No space left");
        }
    }

    @Test
    void saysWhichProgramCannotBeStarted() throws IOException {
        Command command = new Command(
                List.of("sh"), directory.resolve("nowhere"), Optional.empty(), Map.of(), Duration.ofSeconds(10));

        try (OutputFile output = new OutputFile(directory.resolve("log"), 1 << 20)) {
            assertThatThrownBy(() -> sandbox.run(command, output, () -> {}))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("sh");
        }
    }

    @Test
    void sparesTheProcessesOfOtherBuildsAndOtherHosts() throws Exception {
        Process bystander = new ProcessBuilder("sleep", "600").start();
        try {
            run("true");

            sandbox.sweep();

            assertThat(bystander.isAlive()).isTrue();
        } finally {
            bystander.destroyForcibly().waitFor();
        }
    }

    @Test
    void leavesNothingRunningWhenItsProcessIsKilled() throws Exception {
        Process host = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        DoomedHost.class.getName(),
                        directory.toString(),
                        mark)
                .redirectErrorStream(true)
                .redirectOutput(new File(directory.toFile(), "host.log"))
                .start();
        try {
            await().atMost(Duration.ofSeconds(30)).until(() -> marked().size() >= 2);
        } finally {
            host.destroyForcibly().waitFor();
        }

        sandbox.sweep();

        assertThat(marked()).isEmpty();
    }

    /** A host whose build has a child of its own, until somebody kills it. */
    static final class DoomedHost {
        public static void main(String[] args) throws Exception {
            Path directory = Path.of(args[0]);
            Path work = Files.createDirectories(directory.resolve("work"));
            String[] mark = args[1].split("=", 2);
            try (Sandbox sandbox = new Sandbox(directory);
                    OutputFile output = new OutputFile(directory.resolve("doomed.log"), 1 << 20)) {
                sandbox.run(
                        new Command(
                                List.of("sh", "-c", "setsid sleep 600 & sleep 600; true"),
                                work,
                                Optional.of(work),
                                Map.of("PATH", System.getenv("PATH"), mark[0], mark[1]),
                                Duration.ofMinutes(10)),
                        output,
                        () -> {});
            }
        }
    }

    private List<Long> marked() {
        return dev.shoal.activities.testkit.MarkedProcesses.alive(mark).stream()
                .filter(pid -> !ProcessHandle.of(pid)
                        .flatMap(process -> process.info().command())
                        .orElse("")
                        .endsWith("java"))
                .toList();
    }

    private Ending run(String command) throws IOException, InterruptedException {
        return run(command, () -> {});
    }

    private Ending run(String command, Sandbox.Watch watch) throws IOException, InterruptedException {
        try (OutputFile output = new OutputFile(directory.resolve("log"), 1 << 20)) {
            return sandbox.run(command(command), output, watch);
        }
    }

    private Command command(String script) {
        String[] variable = mark.split("=", 2);
        return new Command(
                List.of("sh", "-c", script),
                directory,
                Optional.of(directory),
                Map.of("PATH", System.getenv("PATH"), variable[0], variable[1]),
                Duration.ofSeconds(60));
    }
}
