package dev.shoal.activities.kv;

import static org.awaitility.Awaitility.await;

import dev.shoal.model.testkit.PinnedTool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A real Consul agent in memory on free loopback ports, as a process of its own; the tests are skipped where there is no binary. */
final class ConsulExtension implements BeforeAllCallback, AfterAllCallback {
    private static final int PORTS = 4;
    private static final int STARTS = 3;

    private Optional<Process> process = Optional.empty();
    private URI url = URI.create("http://127.0.0.1:0");

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        Optional<Path> consul = PinnedTool.find("consul");
        Assumptions.assumeTrue(consul.isPresent(), PinnedTool.missing("consul"));
        for (int start = 1; process.isEmpty(); start++) {
            try {
                start(consul.get());
            } catch (ConditionTimeoutException e) {
                // Somebody else may have taken one of the ports meanwhile.
                stop();
                if (start == STARTS) {
                    throw e;
                }
            }
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        stop();
    }

    URI url() {
        return url;
    }

    private void start(Path consul) throws IOException {
        List<Integer> ports = freePorts();
        url = URI.create("http://127.0.0.1:" + ports.get(0));
        Process started = new ProcessBuilder(
                        consul.toString(),
                        "agent",
                        "-dev",
                        "-bind=127.0.0.1",
                        "-client=127.0.0.1",
                        "-http-port=" + ports.get(0),
                        "-server-port=" + ports.get(1),
                        "-serf-lan-port=" + ports.get(2),
                        "-serf-wan-port=" + ports.get(3),
                        "-dns-port=-1",
                        "-grpc-port=-1",
                        "-grpc-tls-port=-1",
                        "-log-level=error")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        process = Optional.of(started);
        Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
        await("consul elects itself").atMost(Duration.ofSeconds(30)).until(this::hasLeader);
    }

    private boolean hasLeader() throws InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(url.resolve("/v1/status/leader"))
                                    .build(),
                            BodyHandlers.ofString())
                    .body()
                    .contains(":");
        } catch (IOException e) {
            return false;
        }
    }

    private void stop() {
        process.ifPresent(started -> started.destroyForcibly().onExit().join());
        process = Optional.empty();
    }

    private static List<Integer> freePorts() throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < PORTS; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }
}
