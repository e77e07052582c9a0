package dev.shoal.agent.testkit;

import static org.junit.jupiter.api.Assumptions.abort;

import dev.shoal.model.testkit.PinnedTool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A Consul datacenter of one server with its data in memory, as a process of its own. Not thread-safe. */
public final class ConsulServer implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final int ATTEMPTS = 3;

    private final Path binary;
    private final String datacenter;
    private final Path directory;
    private final HttpClient http = HttpClient.newHttpClient();
    private List<Integer> ports = List.of();
    private Optional<Process> process = Optional.empty();

    private ConsulServer(Path binary, String datacenter, Path directory) {
        this.binary = binary;
        this.datacenter = datacenter;
        this.directory = directory;
    }

    /** Aborts the tests, loudly, where there is no Consul: to be called before the first of a class. */
    public static void require() {
        binary();
    }

    private static Path binary() {
        return PinnedTool.find("consul").orElseGet(() -> abort(PinnedTool.missing("consul")));
    }

    /** Starts one on free ports and waits until it leads. Aborts the test if there is no consul. */
    public static ConsulServer start(String datacenter, Path directory) {
        ConsulServer server = new ConsulServer(binary(), datacenter, directory);
        for (int attempt = 1; ; attempt++) {
            server.ports = FreePorts.pick(4);
            try {
                server.restart();
                return server;
            } catch (IllegalStateException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** Kills it if it runs, and starts it on the same ports, empty and with indexes that begin anew. */
    public void restart() {
        kill();
        Path log = directory.resolve("consul-" + datacenter + ".log");
        try {
            Process started = new ProcessBuilder(
                            binary.toString(),
                            "agent",
                            "-dev",
                            "-datacenter=" + datacenter,
                            "-node=" + datacenter,
                            "-bind=127.0.0.1",
                            "-client=127.0.0.1",
                            "-http-port=" + ports.get(0),
                            "-server-port=" + ports.get(1),
                            "-serf-lan-port=" + ports.get(2),
                            "-serf-wan-port=" + ports.get(3),
                            "-dns-port=-1",
                            "-grpc-port=-1",
                            "-grpc-tls-port=-1",
                            "-log-level=warn")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            process = Optional.of(started);
            Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
            awaitLeader(started, log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitLeader(Process started, Path log) throws IOException {
        Instant deadline = Instant.now().plus(START_LIMIT);
        while (Instant.now().isBefore(deadline) && started.isAlive()) {
            try {
                if (send(request("/v1/status/leader").build()).body().length > 2 && canWrite()) {
                    return;
                }
            } catch (UncheckedIOException notListeningYet) {
                // Asked again below.
            }
            pause(started);
        }
        kill();
        throw new IllegalStateException("consul " + datacenter + " did not start: " + Files.readString(log));
    }

    private boolean canWrite() {
        return send(request("/v1/kv/started")
                                .PUT(BodyPublishers.ofString("yes"))
                                .build())
                        .statusCode()
                == 200;
    }

    private static void pause(Process started) {
        try {
            started.waitFor(50, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while consul started", e);
        }
    }

    /** Joins the WAN pool of {@code other}; afterwards each answers for the other's datacenter. */
    public void joinWan(ConsulServer other) {
        HttpResponse<byte[]> joined = send(request("/v1/agent/join/127.0.0.1:" + other.ports.get(3) + "?wan=true")
                .PUT(BodyPublishers.noBody())
                .build());
        if (joined.statusCode() != 200) {
            throw new IllegalStateException(
                    "WAN join answered " + joined.statusCode() + ": " + new String(joined.body()));
        }
    }

    /** Its HTTP address. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + ports.get(0));
    }

    /** The name it was started with. */
    public String datacenter() {
        return datacenter;
    }

    /** Writes unconditionally, like somebody with a token and no manners. */
    public void put(String key, byte[] value) {
        HttpResponse<byte[]> answer = send(
                request("/v1/kv/" + key).PUT(BodyPublishers.ofByteArray(value)).build());
        if (answer.statusCode() != 200) {
            throw new IllegalStateException("put of " + key + " answered " + answer.statusCode());
        }
    }

    /** The value at {@code key}. */
    public Optional<byte[]> get(String key) {
        HttpResponse<byte[]> answer = send(request("/v1/kv/" + key + "?raw").build());
        return answer.statusCode() == 200 ? Optional.of(answer.body()) : Optional.empty();
    }

    /** Deletes {@code key} and all below it. */
    public void deleteTree(String key) {
        send(request("/v1/kv/" + key + "?recurse").DELETE().build());
    }

    /** Stops it as a power cut would. */
    public void kill() {
        process.ifPresent(running -> running.destroyForcibly().onExit().join());
        process = Optional.empty();
    }

    @Override
    public void close() {
        kill();
        http.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(url().resolve(path)).timeout(Duration.ofSeconds(5));
    }

    private HttpResponse<byte[]> send(HttpRequest request) {
        try {
            return http.send(request, BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
