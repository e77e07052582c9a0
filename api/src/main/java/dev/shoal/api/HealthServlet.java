package dev.shoal.api;

import dev.shoal.model.json.Json;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** {@code GET /health}: 200 if requests can be served, else 503 with the reason. Thread-safe. */
final class HealthServlet extends HttpServlet {
    private final transient Readiness readiness;

    HealthServlet(Readiness readiness) {
        this.readiness = readiness;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Optional<String> obstacle = readiness.obstacle();
        byte[] body = Json.bytes(
                obstacle.isPresent()
                        ? Map.of("status", "unavailable", "reason", obstacle.get())
                        : Map.of("status", "ok"));
        response.setStatus(obstacle.isPresent() ? 503 : 200);
        response.setContentType("application/json");
        response.setHeader("Cache-Control", "no-store");
        response.getOutputStream().write(body);
    }
}
