package dev.shoal.agent.machine;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.shoal.model.json.Json;
import dev.shoal.model.json.MalformedJsonException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * On the loopback address: {@code GET /health}, {@code /v1/machines} (the latest reports), {@code /v1/status} and {@code /metrics};
 * {@code PUT} and {@code DELETE /v1/limits}. Thread-safe.
 */
final class AdminServer implements AutoCloseable {
    private static final int BACKLOG = 50;
    private static final int LARGEST_BODY = 4096;

    private final HttpServer server;

    /** Starts to serve. {@code trouble} is why the process is not well, if so. */
    AdminServer(
            int port,
            Supplier<Optional<String>> trouble,
            Supplier<List<?>> reports,
            Supplier<AgentStatus> status,
            LimitKeeper limits)
            throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        get("/health", () -> health(trouble.get(), status.get()));
        get("/v1/machines", () -> Answer.json(200, Map.of("machines", reports.get())));
        get("/v1/status", () -> Answer.json(200, status.get()));
        get("/metrics", () -> Answer.metrics(AgentMetrics.text(status.get())));
        server.createContext("/v1/limits", exchange -> answer(exchange, "/v1/limits", () -> limits(exchange, limits)));
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    private record Answer(int status, String type, byte[] body) {
        static Answer json(int status, Object body) {
            return new Answer(status, "application/json", Json.bytes(body));
        }

        static Answer metrics(String text) {
            return new Answer(200, "text/plain; version=0.0.4; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
        }

        static Answer problem(int status, String title) {
            return json(status, Map.of("title", title));
        }
    }

    private interface Handler {
        Answer answer() throws IOException;
    }

    // A machine without Consul goes on running what it runs: it says so, and is not taken out of service for it.
    private static Answer health(Optional<String> trouble, AgentStatus status) {
        return trouble.map(reason -> Answer.json(503, Map.of("status", "unhealthy", "reason", reason)))
                .orElseGet(() -> Answer.json(
                        200,
                        Map.of(
                                "status",
                                "ok",
                                "machines",
                                status.machines().size(),
                                "consul",
                                status.consul().wire())));
    }

    private static Answer limits(HttpExchange exchange, LimitKeeper limits) throws IOException {
        switch (exchange.getRequestMethod()) {
            case "GET" -> {}
            case "DELETE" -> limits.clear();
            case "PUT" -> {
                byte[] body = exchange.getRequestBody().readNBytes(LARGEST_BODY);
                try {
                    limits.set(Json.read(body, TransferLimits.class));
                } catch (MalformedJsonException e) {
                    return Answer.problem(400, String.valueOf(e.getMessage()));
                }
            }
            default -> {
                return Answer.problem(405, "Method Not Allowed");
            }
        }
        return Answer.json(200, limits.current());
    }

    private void get(String path, Handler handler) {
        server.createContext(
                path,
                exchange -> answer(
                        exchange,
                        path,
                        () -> exchange.getRequestMethod().equals("GET")
                                ? handler.answer()
                                : Answer.problem(405, "Method Not Allowed")));
    }

    private static void answer(HttpExchange exchange, String path, Handler handler) throws IOException {
        try (exchange) {
            Answer answer = exchange.getRequestURI().getPath().equals(path)
                    ? handler.answer()
                    : Answer.problem(404, "Not Found");
            exchange.getResponseHeaders().set("Content-Type", answer.type());
            exchange.sendResponseHeaders(answer.status(), answer.body().length);
            exchange.getResponseBody().write(answer.body());
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
