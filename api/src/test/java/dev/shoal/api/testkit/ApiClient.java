package dev.shoal.api.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shoal.model.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Any HTTP call to the API, any answer. */
public record ApiClient(HttpClient http, URI url, Optional<String> token) {
    private static final String JSON = "application/json";

    /** An answer as it came. */
    public record Answer(int status, String contentType, HttpResponse<byte[]> raw) {
        public String text() {
            return new String(raw.body(), StandardCharsets.UTF_8);
        }

        public <T> T as(Class<T> type) {
            return Json.read(raw.body(), type);
        }

        public JsonNode json() {
            return as(JsonNode.class);
        }

        public Optional<String> header(String name) {
            return raw.headers().firstValue(name);
        }
    }

    public Answer get(String path) {
        return send("GET", path, JSON, new byte[0], Map.of());
    }

    public Answer put(String path, String json) {
        return send("PUT", path, JSON, json.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    public Answer post(String path, String json) {
        return send("POST", path, JSON, json.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    public Answer post(String path, String json, String idempotencyKey) {
        return send(
                "POST", path, JSON, json.getBytes(StandardCharsets.UTF_8), Map.of("Idempotency-Key", idempotencyKey));
    }

    public Answer send(String method, String path, String contentType, byte[] body, Map<String, String> headers) {
        HttpRequest.Builder request = request(path)
                .header("Content-Type", contentType)
                .method(method, body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        try {
            HttpResponse<byte[]> response = http.send(request.build(), BodyHandlers.ofByteArray());
            return new Answer(
                    response.statusCode(),
                    response.headers().firstValue("Content-Type").orElse(""),
                    response);
        } catch (IOException e) {
            throw new IllegalStateException(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A request to a path with the token, if there is one. */
    public HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(url.resolve(path)).timeout(Duration.ofSeconds(20));
        token.ifPresent(t -> request.header("Authorization", "Bearer " + t));
        return request;
    }
}
