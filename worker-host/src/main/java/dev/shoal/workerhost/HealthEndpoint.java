package dev.shoal.workerhost;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.shoal.model.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** {@code GET /health} on the loopback interface: 200 if every check holds, else 503 with those that do not. Thread-safe. */
final class HealthEndpoint implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, BooleanSupplier> checks;

    private HealthEndpoint(HttpServer server, Map<String, BooleanSupplier> checks) {
        this.server = server;
        this.checks = checks;
    }

    /**
     * Starts serving.
     *
     * @param checks by name, each asked on every request, so each bounded by a time-out of its own
     */
    static HealthEndpoint start(int port, Map<String, BooleanSupplier> checks) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 16);
        HealthEndpoint endpoint = new HealthEndpoint(server, new LinkedHashMap<>(checks));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/health", endpoint::answer);
        server.start();
        return endpoint;
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Map<String, Boolean> results = new LinkedHashMap<>();
            checks.forEach((name, check) -> results.put(name, check.getAsBoolean()));
            Optional<String> reason = reason(results);
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("status", reason.isEmpty() ? "ok" : "unavailable");
            body.put("checks", results);
            reason.ifPresent(text -> body.put("reason", text));
            byte[] bytes = Json.bytes(body);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(reason.isEmpty() ? 200 : 503, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private static Optional<String> reason(Map<String, Boolean> results) {
        String failed = results.entrySet().stream()
                .filter(result -> !result.getValue())
                .map(Map.Entry::getKey)
                .collect(Collectors.joining(", "));
        return failed.isEmpty() ? Optional.empty() : Optional.of("not well: " + failed);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
