package dev.shoal.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.shoal.dev.ProcessSpec.Probe;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On real processes: shells, whose health this test answers for. */
final class SupervisorTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private Path dir = Path.of("");

    private final HttpServer health;
    private Layout layout = new Layout(Path.of("/"));

    SupervisorTest() throws IOException {
        health = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
        health.createContext("/sick", exchange -> {
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
        });
        health.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write(new byte[] {'o', 'k'});
            exchange.close();
        });
        health.start();
    }

    @BeforeEach
    void layOut() {
        layout = Layout.of(dir);
    }

    @AfterEach
    void leaveNothingBehind() {
        Sweep.kill(layout.marker());
        health.stop(0);
    }

    @Test
    void startsAgainWhatIsKilledAndShowsIt() throws Exception {
        try (Running running = run(spec("web", "well", "exec sleep 300"))) {
            StackView.Line first = running.await("web", "running");

            ProcessHandle.of(first.pid()).ifPresent(ProcessHandle::destroyForcibly);

            await().atMost(LIMIT).until(() -> running.line("web").restarts() == 1);
            StackView.Line second = running.await("web", "running");
            assertThat(second.pid()).isNotEqualTo(first.pid());
        }
    }

    @Test
    void startsNothingBeforeWhatItNeedsIsHealthy() throws Exception {
        try (Running running =
                run(spec("database", "sick", "exec sleep 300"), spec("api", "well", "exec sleep 300", "database"))) {
            running.await("database", "starting");

            await().during(Duration.ofSeconds(1))
                    .atMost(LIMIT)
                    .until(() -> running.line("api").state().equals("waiting"));
        }
    }

    @Test
    void saysWhyAProcessDoesNotStay() throws Exception {
        try (Running running = run(spec("build-1", "well", "exit 7"))) {
            await().atMost(LIMIT).until(() -> running.line("build-1").restarts() >= 2);

            assertThat(running.line("build-1").detail())
                    .startsWith("ended with code 7, see ")
                    .endsWith("logs/build-1.log");
        }
    }

    @Test
    void goesOnWithTheOthersWhenOneProgramIsMissing() throws Exception {
        ProcessSpec missing =
                new ProcessSpec("gone", "build", List.of("/nowhere/program"), Map.of(), 1, new Probe.Tcp(1), Set.of());
        try (Running running = run(missing, spec("web", "well", "exec sleep 300"))) {
            running.await("web", "running");
            await().atMost(LIMIT).until(() -> running.line("gone").restarts() >= 1);
        }
    }

    @Test
    void stopsEverythingWithWhatItsProcessesHaveStarted() throws Exception {
        Running running = run(
                spec("machine", "well", "setsid sleep 300 & trap '' TERM; echo ready > " + dir + "/ready; sleep 300"));
        try (running) {
            await().atMost(LIMIT).until(() -> Files.exists(dir.resolve("ready")));
            assertThat(Sweep.marked(layout.marker())).hasSizeGreaterThanOrEqualTo(2);
        }

        assertThat(Sweep.marked(layout.marker())).isEmpty();
    }

    @Test
    void givesItsProcessesTheStacksMarkAndNoForeignPreload() throws Exception {
        try (Running running = run(spec("web", "well", "env; exec sleep 300"))) {
            running.await("web", "running");

            assertThat(layout.log("web"))
                    .content()
                    .contains(layout.marker() + "\n")
                    .doesNotContain("LD_PRELOAD");
        }
    }

    private ProcessSpec spec(String name, String health, String script, String... after) {
        int port = this.health.getAddress().getPort();
        return new ProcessSpec(
                name,
                "build",
                List.of("sh", "-c", script),
                Map.of(),
                port,
                new Probe.Http(URI.create("http://127.0.0.1:" + port + "/" + health), 1),
                Set.of(after));
    }

    private Running run(ProcessSpec... specs) throws IOException {
        StackJson json = new StackJson(
                layout,
                new StackOptions(1, 0, 1, 1, 1, false, 3_000, Map.of()),
                Ports.load(dir.resolve("ports.json"), Map.of()));
        return new Running(new Supervisor(layout, List.of(specs), json));
    }

    private final class Running implements AutoCloseable {
        private final Supervisor supervisor;
        private final Thread owner;

        Running(Supervisor supervisor) {
            this.supervisor = supervisor;
            this.owner = Thread.ofPlatform().start(() -> {
                try {
                    supervisor.run(now -> false);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }

        StackView.Line line(String name) throws IOException {
            return StackView.read(layout).orElseThrow().processes().stream()
                    .filter(p -> p.name().equals(name))
                    .findFirst()
                    .orElseThrow();
        }

        StackView.Line await(String name, String state) throws IOException {
            org.awaitility.Awaitility.await()
                    .atMost(LIMIT)
                    .ignoreExceptions()
                    .until(() -> line(name).state().equals(state));
            return line(name);
        }

        @Override
        public void close() {
            try {
                supervisor.stop();
                owner.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                supervisor.close();
            }
        }
    }
}
