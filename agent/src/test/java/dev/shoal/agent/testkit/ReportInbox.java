package dev.shoal.agent.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.shoal.model.MachineId;
import dev.shoal.model.json.Json;
import dev.shoal.model.report.MachineReport;
import dev.shoal.model.report.ReportBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** The receiving end of {@code POST /api/v1/reports}, on a port of its own; it can be away. Thread-safe. */
public final class ReportInbox implements AutoCloseable {
    private final HttpServer server;
    private final List<ReportBatch> batches = new CopyOnWriteArrayList<>();
    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private volatile int status = 200;
    private final AtomicInteger refused = new AtomicInteger();
    private final Set<MachineId> unwanted = ConcurrentHashMap.newKeySet();

    private ReportInbox(HttpServer server) {
        this.server = server;
    }

    /** Starts one on a free port. */
    public static ReportInbox start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
            ReportInbox inbox = new ReportInbox(server);
            server.createContext("/api/v1/reports", inbox::receive);
            server.start();
            return inbox;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            int answer = status;
            if (answer == 200) {
                ReportBatch batch = Json.read(body, ReportBatch.class);
                if (batch.reports().stream().map(MachineReport::machine).anyMatch(unwanted::contains)) {
                    answer = 422;
                } else {
                    batches.add(batch);
                    authorizations.add(
                            Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                                    .orElse("none"));
                }
            }
            if (answer != 200) {
                refused.incrementAndGet();
            }
            exchange.sendResponseHeaders(answer, -1);
        }
    }

    /** Answers every request with {@code code} from now on, and forgets what it is sent unless that is 200. */
    public void answer(int code) {
        status = code;
    }

    /** Answers 422 to each batch that holds a report of {@code machine}. */
    public void refuse(MachineId machine) {
        unwanted.add(machine);
    }

    /** How many requests were not answered with 200. */
    public int refused() {
        return refused.get();
    }

    /** What came and was accepted, in order. */
    public List<ReportBatch> batches() {
        return List.copyOf(batches);
    }

    /** All reports of all accepted batches, in order. */
    public List<MachineReport> reports() {
        return batches.stream().flatMap(batch -> batch.reports().stream()).toList();
    }

    /** The Authorization headers of the accepted batches. */
    public List<String> authorizations() {
        return List.copyOf(authorizations);
    }

    /** Its address, without a path. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
