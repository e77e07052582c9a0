package dev.shoal.workerhost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.shoal.model.testkit.PinnedTool;
import dev.shoal.workflows.SearchAttributes;
import dev.shoal.workflows.client.TemporalClients;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A real Temporal, in memory, with Shoal's search attributes. Ends with {@link #close}, or with this JVM. */
final class TemporalServer implements AutoCloseable {
    private final Process process;
    private final TemporalClients clients;

    private TemporalServer(Process process, TemporalClients clients) {
        this.process = process;
        this.clients = clients;
    }

    /** Starts one, or skips the test loudly if there is no binary. */
    static TemporalServer start(Path directory) throws IOException {
        Optional<Path> binary = PinnedTool.find("temporal");
        assumeTrue(binary.isPresent(), PinnedTool.missing("temporal"));
        int port = freePort();
        Process process = new ProcessBuilder(
                        binary.get().toString(),
                        "server",
                        "start-dev",
                        "--headless",
                        "--ip",
                        "127.0.0.1",
                        "--port",
                        Integer.toString(port),
                        "--log-level",
                        "error",
                        "--search-attribute",
                        SearchAttributes.JOB_ID.getName() + "=Int",
                        "--search-attribute",
                        SearchAttributes.SEQ.getName() + "=Int",
                        "--search-attribute",
                        SearchAttributes.APP.getName() + "=Keyword",
                        "--search-attribute",
                        SearchAttributes.HOST.getName() + "=Keyword",
                        "--search-attribute",
                        SearchAttributes.STAGE.getName() + "=Keyword",
                        "--search-attribute",
                        SearchAttributes.BUILD.getName() + "=Keyword")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("temporal.log").toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        TemporalClients clients = TemporalClients.of("127.0.0.1:" + port, "default", "test");
        TemporalServer server = new TemporalServer(process, clients);
        Awaitility.await().atMost(60, TimeUnit.SECONDS).until(() -> {
            assertThat(process.isAlive()).as("Temporal runs").isTrue();
            return clients.isReachable();
        });
        return server;
    }

    TemporalClients clients() {
        return clients;
    }

    @Override
    public void close() {
        clients.close();
        process.destroyForcibly();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
