package dev.shoal.activities.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.shoal.activities.kv.KeyValue.KeyValueException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes over the wire, seen by a server that answers 500 to everything. */
class ConsulRequestsTest {
    private final List<String> urls = new CopyOnWriteArrayList<>();
    private final List<String> tokens = new CopyOnWriteArrayList<>();

    @TempDir
    private Path dir = Path.of("");

    private HttpServer server;
    private ConsulKeyValue store;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            urls.add(exchange.getRequestURI().toString());
            tokens.addAll(exchange.getRequestHeaders().get("X-Consul-Token"));
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(500, -1);
            exchange.close();
        });
        server.start();
        URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        store = new ConsulKeyValue(url, Optional.of(Files.writeString(dir.resolve("token"), "top-secret\n")));
    }

    @AfterEach
    void stop() {
        store.close();
        server.stop(0);
    }

    @Test
    void theTokenIsAHeaderAndNeverInTheUrl() {
        assertThatThrownBy(() -> store.read("shoal/key")).isInstanceOf(KeyValueException.class);
        assertThatThrownBy(() -> store.compareAndSet("shoal/key", new byte[] {1}, 7))
                .isInstanceOf(KeyValueException.class);

        assertThat(tokens).containsExactly("top-secret", "top-secret");
        assertThat(urls).hasSize(2).noneMatch(url -> url.contains("secret"));
    }

    @Test
    void readsAreConsistentAndWritesConditional() {
        assertThatThrownBy(() -> store.read("shoal/key")).isInstanceOf(KeyValueException.class);
        assertThatThrownBy(() -> store.compareAndSet("shoal/key", new byte[] {1}, 7))
                .isInstanceOf(KeyValueException.class);

        assertThat(urls.get(0)).startsWith("/v1/kv/shoal/key?").contains("consistent");
        assertThat(urls.get(1)).startsWith("/v1/kv/shoal/key?").contains("cas=7");
    }

    @Test
    void aConsulThatIsNotThereIsAFailureThatNamesTheKey() {
        server.stop(0);

        assertThatThrownBy(() -> store.read("shoal/key"))
                .isInstanceOf(KeyValueException.class)
                .hasMessageContaining("shoal/key");
    }

    @Test
    void aKeyThatWouldChangeTheUrlIsRefused() {
        assertThatThrownBy(() -> store.read("shoal/key?recurse")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.read("/shoal")).isInstanceOf(IllegalArgumentException.class);

        assertThat(urls).isEmpty();
    }
}
