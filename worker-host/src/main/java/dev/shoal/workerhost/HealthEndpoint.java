package dev.shoal.workerhost;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.shoal.model.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * On the loopback interface: {@code GET /health}, 200 if every check holds, else 503 with those that do not; and
 * {@code GET /metrics} of roles that have figures. Thread-safe.
 */
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
     * @param metrics in Prometheus's text format; what it throws is a 503
     */
    static HealthEndpoint start(int port, Map<String, BooleanSupplier> checks, Optional<Supplier<String>> metrics)
            throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 16);
        HealthEndpoint endpoint = new HealthEndpoint(server, new LinkedHashMap<>(checks));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/health", endpoint::answer);
        metrics.ifPresent(text -> server.createContext("/metrics", exchange -> answerMetrics(exchange, text)));
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

    private static void answerMetrics(HttpExchange exchange, Supplier<String> metrics) throws IOException {
        try (exchange) {
            int status = 200;
            String text;
            try {
                text = metrics.get();
            } catch (RuntimeException away) {
                status = 503;
                text = "# "
                        + String.valueOf(away.getMessage()).lines().findFirst().orElse("no figures") + "\n";
            }
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
            exchange.sendResponseHeaders(status, bytes.length);
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
