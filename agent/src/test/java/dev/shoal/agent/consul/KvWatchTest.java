package dev.shoal.agent.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.shoal.agent.testkit.ConsulServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The watch on a real Consul, and on a scripted one where Consul has to misbehave in a way it rarely does. */
@Timeout(120)
class KvWatchTest {
    private static final Duration WAIT = Duration.ofSeconds(2);

    private final List<List<KvEntry>> heard = new CopyOnWriteArrayList<>();

    @Test
    void saysThatItsTokenIsRefusedAndHearsOfTheValuesOnceItIsNot() throws IOException {
        AtomicInteger code = new AtomicInteger(403);
        HttpServer strict = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        strict.createContext("/", exchange -> {
            byte[] body = bytes(code.get() == 403 ? "ACL not found" : "[]");
            exchange.getResponseHeaders().add("X-Consul-Index", "7");
            exchange.sendResponseHeaders(code.get(), body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        strict.start();
        URI url = URI.create("http://127.0.0.1:" + strict.getAddress().getPort());
        try (KvWatch watch = new KvWatch(client(url), "apps/", WAIT, entries -> {}).start()) {
            within(10).until(() -> watch.state() == KvWatch.State.REFUSED);

            code.set(200);

            within(10).until(() -> watch.state() == KvWatch.State.OK);
        } finally {
            strict.stop(0);
        }
    }

    @Test
    void tellsWhatIsThereAndEachChange(@TempDir Path directory) {
        try (ConsulServer server = ConsulServer.start("eu", directory)) {
            server.put("apps/a", bytes("1"));
            try (KvWatch watch = watch(server.url(), heard)) {
                within(5).until(() -> heard.size() == 1);

                server.put("apps/b", bytes("2"));
                within(5).until(() -> lastKeys().equals(List.of("apps/a", "apps/b")));
                server.put("elsewhere", bytes("3"));
                server.put("apps/a", bytes("4"));

                within(5).until(() -> new String(last().get(0).value(), StandardCharsets.UTF_8).equals("4"));
                assertThat(watch.state()).isEqualTo(KvWatch.State.OK);
            }
        }
    }

    @Test
    void doesNotTellThatEverythingIsGone(@TempDir Path directory) {
        try (ConsulServer server = ConsulServer.start("eu", directory)) {
            server.put("apps/a", bytes("1"));
            try (KvWatch watch = watch(server.url(), heard)) {
                within(5).until(() -> heard.size() == 1);

                server.deleteTree("apps");
                server.put("apps/b", bytes("2"));

                within(5).until(() -> lastKeys().equals(List.of("apps/b")));
                assertThat(heard).allSatisfy(entries -> assertThat(entries).isNotEmpty());
                assertThat(watch.state()).isEqualTo(KvWatch.State.OK);
            }
        }
    }

    @Test
    void followsAServerThatLostItsStateAndCountsFromTheStart(@TempDir Path directory) {
        try (ConsulServer server = ConsulServer.start("eu", directory)) {
            for (int i = 0; i < 50; i++) {
                server.put("apps/a", bytes("old " + i));
            }
            try (KvWatch watch = watch(server.url(), heard)) {
                within(5).until(() -> !heard.isEmpty());

                server.kill();
                within(20).until(() -> watch.state() == KvWatch.State.AWAY);
                server.restart();
                server.put("apps/a", bytes("new"));

                within(20).until(() -> new String(last().get(0).value(), StandardCharsets.UTF_8).equals("new"));
                within(5).until(() -> watch.state() == KvWatch.State.OK);
            }
        }
    }

    @Test
    void asksFromTheStartWhenTheIndexGoesBack() throws IOException {
        Script script = new Script(List.of("100", "50", "50"));
        try (script;
                KvWatch watch = watch(script.url(), heard)) {
            within(5).until(() -> script.asked.size() >= 4);

            assertThat(List.copyOf(script.asked).subList(0, 3)).containsExactly("0", "100", "0");
            assertThat(watch.state()).isEqualTo(KvWatch.State.OK);
        }
    }

    @Test
    void neverAsksWithAnIndexThatWouldNotBlockTwiceInARow() throws IOException {
        Script script = new Script(List.of("0", "0", "0"));
        try (script;
                KvWatch watch = watch(script.url(), heard)) {
            within(5).until(() -> script.asked.size() >= 3);

            assertThat(List.copyOf(script.asked).subList(1, 3)).contains("1");
            assertThat(watch.state()).isEqualTo(KvWatch.State.OK);
        }
    }

    @Test
    void backsOffWhileConsulFails() throws IOException {
        Script script = new Script(List.of());
        script.status = 500;
        try (script;
                KvWatch watch = watch(script.url(), heard)) {
            within(5).until(() -> script.asked.size() >= 2);
            Instant start = Instant.now();
            int before = script.asked.size();

            within(10).until(() -> Duration.between(start, Instant.now()).toSeconds() >= 3);

            assertThat(script.asked.size() - before).isLessThan(15);
            assertThat(watch.state()).isEqualTo(KvWatch.State.AWAY);
        }
    }

    @Test
    void goesOnWhenItsListenerFails(@TempDir Path directory) {
        AtomicInteger calls = new AtomicInteger();
        try (ConsulServer server = ConsulServer.start("eu", directory)) {
            server.put("apps/a", bytes("1"));
            try (KvWatch watch = new KvWatch(client(server.url()), "apps/", WAIT, entries -> {
                calls.incrementAndGet();
                throw new IllegalStateException("a listener that fails on purpose");
            })) {
                watch.start();
                within(5).until(() -> calls.get() == 1);

                server.put("apps/a", bytes("2"));

                within(5).until(() -> calls.get() == 2);
            }
        }
    }

    @Test
    void endsPromptlyWhileItIsBlocked(@TempDir Path directory) {
        try (ConsulServer server = ConsulServer.start("eu", directory)) {
            server.put("apps/a", bytes("1"));
            KvWatch watch = new KvWatch(
                            new ConsulKv(server.url(), Optional.empty(), Optional.empty(), Duration.ofSeconds(300)),
                            "apps/",
                            Duration.ofSeconds(300),
                            heard::add)
                    .start();
            within(5).until(() -> heard.size() == 1);

            watch.close();

            within(3)
                    .until(() -> Thread.getAllStackTraces().keySet().stream()
                            .noneMatch(thread -> thread.getName().equals("watch-apps/")));
        }
    }

    private static KvWatch watch(URI url, List<List<KvEntry>> heard) {
        return new KvWatch(client(url), "apps/", WAIT, heard::add).start();
    }

    private static ConsulKv client(URI url) {
        return new ConsulKv(url, Optional.empty(), Optional.empty(), WAIT);
    }

    private List<KvEntry> last() {
        return heard.get(heard.size() - 1);
    }

    private List<String> lastKeys() {
        return last().stream().map(KvEntry::key).toList();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static ConditionFactory within(int seconds) {
        return await().atMost(Duration.ofSeconds(seconds)).pollInterval(Duration.ofMillis(20));
    }

    /** Answers each list with the next of the given indexes (then the last one), at once; remembers what it was asked. */
    private static final class Script implements AutoCloseable {
        private final HttpServer server;
        private final Deque<String> indexes;
        private final Deque<String> asked = new ConcurrentLinkedDeque<>();
        private volatile int status = 200;

        Script(List<String> indexes) throws IOException {
            this.indexes = new ConcurrentLinkedDeque<>(indexes);
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
            server.createContext("/v1/kv/", exchange -> {
                String query = exchange.getRequestURI().getQuery();
                String index = query.replaceAll(".*\\bindex=([0-9]+).*", "$1");
                asked.add(index.equals(query) ? "0" : index);
                byte[] body =
                        "[{\"Key\":\"apps/a\",\"Value\":\"MQ==\",\"ModifyIndex\":7,\"CreateIndex\":7,\"LockIndex\":0,\"Flags\":0}]"
                                .getBytes(StandardCharsets.UTF_8);
                String next = this.indexes.size() > 1 ? this.indexes.poll() : this.indexes.peek();
                exchange.getResponseHeaders().add("X-Consul-Index", next == null ? "1" : next);
                exchange.sendResponseHeaders(status, body.length);
                exchange.getResponseBody().write(body);
                exchange.close();
            });
            server.start();
        }

        URI url() {
            return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
