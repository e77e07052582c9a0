package dev.shoal.workerhost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.shoal.workflows.SearchAttributes;
import dev.shoal.workflows.client.TemporalClients;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
        Optional<Path> binary = binary();
        assumeTrue(binary.isPresent(), "SKIPPED: no 'temporal' on PATH or in Shoal's cache of tools");
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

    private static Optional<Path> binary() {
        String cache = Optional.ofNullable(System.getenv("SHOAL_CACHE"))
                .orElseGet(() -> Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                                .orElse(System.getProperty("user.home") + "/.cache")
                        + "/shoal");
        List<String> path = List.of(System.getenv("PATH").split(File.pathSeparator));
        return Stream.concat(path.stream(), Stream.of(cache + "/tools"))
                .map(directory -> Path.of(directory, "temporal"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
