package dev.shoal.agent.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.agent.consul.ConsulKv.Snapshot;
import dev.shoal.agent.testkit.ConsulServer;
import dev.shoal.agent.testkit.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The key-value client against a real Consul. */
@Timeout(60)
class ConsulKvTest {
    private static ConsulServer server;

    @TempDir
    private static Path tokens = Path.of("");

    private final ConsulKv consul =
            new ConsulKv(server.url(), Optional.empty(), Optional.empty(), Duration.ofSeconds(5));

    @BeforeAll
    static void start(@TempDir Path directory) {
        server = ConsulServer.start("eu", directory);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @AfterEach
    void close() {
        consul.close();
    }

    @Test
    void readsWhatIsThereWithItsIndex() {
        server.put("read/a", bytes("1"));

        assertThat(consul.read("read/a")).hasValueSatisfying(entry -> {
            assertThat(entry.key()).isEqualTo("read/a");
            assertThat(entry.value()).isEqualTo(bytes("1"));
            assertThat(entry.modifyIndex()).isPositive();
        });
        assertThat(consul.read("read/nothing")).isEmpty();
    }

    @Test
    void keepsBytesThatAreNoText() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }

        assertThat(consul.compareAndSet("binary", all, 0)).isTrue();

        assertThat(consul.read("binary").orElseThrow().value()).isEqualTo(all);
        assertThat(server.get("binary")).contains(all);
    }

    @Test
    void readsAnEmptyValueAsEmptyAndNotAsMissing() {
        server.put("empty", new byte[0]);

        assertThat(consul.read("empty"))
                .hasValueSatisfying(e -> assertThat(e.value()).isEmpty());
    }

    @Test
    void writesOnlyOverTheIndexItWasTold() {
        assertThat(consul.compareAndSet("cas", bytes("1"), 0)).isTrue();
        assertThat(consul.compareAndSet("cas", bytes("2"), 0)).isFalse();
        long index = consul.read("cas").orElseThrow().modifyIndex();

        assertThat(consul.compareAndSet("cas", bytes("3"), index)).isTrue();
        assertThat(consul.compareAndSet("cas", bytes("4"), index)).isFalse();

        assertThat(server.get("cas")).contains(bytes("3"));
    }

    @Test
    void listsAllKeysUnderAPrefixAndNoneElsewhere() {
        server.put("list/a", bytes("1"));
        server.put("list/b/c", bytes("2"));
        server.put("lists", bytes("3"));

        assertThat(consul.list("list/").entries()).extracting(KvEntry::key).containsExactly("list/a", "list/b/c");
        assertThat(consul.list("no-such-prefix/").entries()).isEmpty();
    }

    @Test
    void wakesFromAWaitWhenSomethingChanges() {
        server.put("wake/a", bytes("1"));
        Snapshot before = consul.await("wake/", 0, Duration.ofSeconds(5));

        CompletableFuture<Snapshot> waiting =
                CompletableFuture.supplyAsync(() -> consul.await("wake/", before.index(), Duration.ofSeconds(5)));
        server.put("wake/a", bytes("2"));

        assertThat(waiting.orTimeout(4, TimeUnit.SECONDS).join().entries())
                .singleElement()
                .satisfies(entry -> assertThat(entry.value()).isEqualTo(bytes("2")));
    }

    @Test
    void noticesSoonThatNobodyListens() {
        URI nobody = URI.create("http://127.0.0.1:" + FreePorts.pick(1).get(0));
        try (ConsulKv away = new ConsulKv(nobody, Optional.empty(), Optional.empty(), Duration.ofSeconds(5))) {
            assertThatThrownBy(() -> away.read("a"))
                    .isInstanceOf(ConsulException.class)
                    .hasMessageContaining("a");
        }
    }

    @Test
    void noticesAServerThatAcceptsAndNeverAnswers() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
                ConsulKv mute = new ConsulKv(
                        URI.create("http://127.0.0.1:" + silent.getLocalPort()),
                        Optional.empty(),
                        Optional.empty(),
                        Duration.ofSeconds(1))) {
            Instant before = Instant.now();

            assertThatThrownBy(() -> mute.await("a", 1, Duration.ofSeconds(1))).isInstanceOf(ConsulException.class);

            assertThat(Duration.between(before, Instant.now()))
                    .isBetween(Duration.ofSeconds(5), Duration.ofSeconds(12));
        }
    }

    @Test
    void sendsItsTokenInAHeaderAndNeverInTheUrl() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
                ConsulKv withToken = new ConsulKv(
                        URI.create("http://127.0.0.1:" + listener.getLocalPort()),
                        Optional.of(token("secret-token")),
                        Optional.of("other"),
                        Duration.ofSeconds(1))) {
            CompletableFuture<String> request = CompletableFuture.supplyAsync(() -> requestHead(listener));

            assertThatThrownBy(() -> withToken.read("a")).isInstanceOf(ConsulException.class);

            String head = request.join();
            assertThat(head.lines().findFirst().orElse("")).contains("dc=other").doesNotContain("secret-token");
            assertThat(head).contains("X-Consul-Token: secret-token");
        }
    }

    @Test
    void readsItsTokenAnewForEachRequest() throws IOException {
        Path file = token("first");
        try (ServerSocket listener = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
                ConsulKv withToken = new ConsulKv(
                        URI.create("http://127.0.0.1:" + listener.getLocalPort()),
                        Optional.of(file),
                        Optional.empty(),
                        Duration.ofSeconds(1))) {
            CompletableFuture<String> request = CompletableFuture.supplyAsync(() -> requestHead(listener));
            assertThatThrownBy(() -> withToken.read("a")).isInstanceOf(ConsulException.class);
            assertThat(request.join()).contains("X-Consul-Token: first");

            token("second");

            CompletableFuture<String> later = CompletableFuture.supplyAsync(() -> requestHead(listener));
            assertThatThrownBy(() -> withToken.read("a")).isInstanceOf(ConsulException.class);
            assertThat(later.join()).contains("X-Consul-Token: second");
        }
    }

    private static Path token(String secret) throws IOException {
        return Files.writeString(tokens.resolve("token"), secret + "\n");
    }

    @Test
    void sendsItsTokenOnceOnWritesToo() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
                ConsulKv withToken = new ConsulKv(
                        URI.create("http://127.0.0.1:" + listener.getLocalPort()),
                        Optional.of(token("secret-token")),
                        Optional.empty(),
                        Duration.ofSeconds(1))) {
            CompletableFuture<String> request = CompletableFuture.supplyAsync(() -> requestHead(listener));

            assertThatThrownBy(() -> withToken.compareAndSet("a", bytes("1"), 0))
                    .isInstanceOf(ConsulException.class);

            assertThat(request.join().lines().filter(line -> line.startsWith("X-Consul-Token")))
                    .containsExactly("X-Consul-Token: secret-token");
        }
    }

    @Test
    void endsABlockedReadWhenItIsClosed() {
        Snapshot now = consul.await("close/", 0, Duration.ofSeconds(5));
        CompletableFuture<Snapshot> waiting = CompletableFuture.supplyAsync(
                () -> consul.await("close/", now.index() + 1000, Duration.ofSeconds(300)));
        Instant before = Instant.now();

        consul.close();

        assertThatThrownBy(() -> waiting.orTimeout(10, TimeUnit.SECONDS).join())
                .hasCauseInstanceOf(ConsulException.class);
        assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(4));
    }

    private static String requestHead(ServerSocket listener) {
        try (Socket socket = listener.accept()) {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int b = socket.getInputStream().read();
                if (b < 0) {
                    break;
                }
                head.append((char) b);
            }
            return head.toString();
        } catch (IOException e) {
            return "broken: " + e;
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
