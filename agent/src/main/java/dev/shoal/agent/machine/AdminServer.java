package dev.shoal.agent.machine;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.shoal.model.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** {@code GET /health} and {@code GET /v1/machines} on the loopback address. Thread-safe. */
final class AdminServer implements AutoCloseable {
    private static final int BACKLOG = 50;

    private final HttpServer server;

    /** Starts to serve. {@code trouble} is why the process is not well, if so. */
    AdminServer(int port, Supplier<Optional<String>> trouble, Supplier<List<?>> machines) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/health", exchange -> {
            Optional<String> reason = trouble.get();
            Map<String, Object> body = reason.<Map<String, Object>>map(r -> Map.of("status", "unhealthy", "reason", r))
                    .orElseGet(() ->
                            Map.of("status", "ok", "machines", machines.get().size()));
            answer(exchange, "/health", reason.isEmpty() ? 200 : 503, body);
        });
        server.createContext(
                "/v1/machines", exchange -> answer(exchange, "/v1/machines", 200, Map.of("machines", machines.get())));
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    private static void answer(HttpExchange exchange, String path, int status, Map<String, ?> body) throws IOException {
        try (exchange) {
            boolean known = exchange.getRequestURI().getPath().equals(path);
            boolean get = exchange.getRequestMethod().equals("GET");
            byte[] bytes = known && get
                    ? Json.bytes(body)
                    : Json.bytes(Map.of("title", known ? "Method Not Allowed" : "Not Found"));
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(known ? get ? status : 405 : 404, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
