package dev.shoal.dev.chaos;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;

/**
 * {@code /chaos} on an admin port: GET shows the faults in force, PUT replaces them by a JSON of {@link Faults}, DELETE ends
 * them. Needs the token as a bearer, since any page in a browser can send requests to the loopback interface. Thread-safe.
 */
public final class ChaosEndpoint implements HttpHandler {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LARGEST = 4096;

    private final Target target;
    private final byte[] authorization;

    /** What is being tormented. */
    public interface Target {
        /** From now on these faults. */
        void play(Faults faults) throws IOException;

        /** The faults in force. */
        Faults faults();

        /** How often each has struck. */
        Map<String, Long> counts();
    }

    public ChaosEndpoint(Target target, String token) {
        this.target = target;
        this.authorization = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!isAuthorized(exchange)) {
                answer(exchange, 401, Map.of("error", "the chaos token is missing or wrong"));
                return;
            }
            switch (exchange.getRequestMethod()) {
                case "GET" -> answer(exchange, 200, state());
                case "PUT" -> put(exchange);
                case "DELETE" -> {
                    target.play(Faults.NONE);
                    answer(exchange, 200, state());
                }
                default -> answer(exchange, 405, Map.of("error", "GET, PUT or DELETE"));
            }
        }
    }

    private void put(HttpExchange exchange) throws IOException {
        Faults faults;
        try {
            faults = JSON.readValue(exchange.getRequestBody().readNBytes(LARGEST), Faults.class);
        } catch (JsonProcessingException e) {
            answer(exchange, 400, Map.of("error", e.getOriginalMessage()));
            return;
        }
        target.play(faults);
        answer(exchange, 200, state());
    }

    private Map<String, Object> state() {
        return Map.of("faults", target.faults(), "counts", target.counts());
    }

    private boolean isAuthorized(HttpExchange exchange) {
        String given = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                .orElse("");
        return MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), authorization);
    }

    private static void answer(HttpExchange exchange, int status, Object body) throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(body);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
