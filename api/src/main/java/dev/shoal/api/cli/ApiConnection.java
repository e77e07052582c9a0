package dev.shoal.api.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shoal.model.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The REST API for the commands. Errors are {@link CliException}s with what the API said. Thread-safe. */
final class ApiConnection {
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final Duration UPLOAD = Duration.ofMinutes(30);
    private static final String JSON = "application/json";

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final URI api;
    private final String token;

    ApiConnection(URI api, String token) {
        this.api = api;
        this.token = token;
    }

    /** {@code path} begins after {@code /api/v1}. */
    JsonNode get(String path) {
        return json(send(request(path).GET().timeout(ANSWER), BodyHandlers.ofByteArray()));
    }

    /** The body is written as JSON. */
    JsonNode post(String path, Object body, Optional<String> idempotencyKey) {
        HttpRequest.Builder request = request(path)
                .header("Content-Type", JSON)
                .timeout(ANSWER)
                .POST(BodyPublishers.ofByteArray(Json.bytes(body)));
        idempotencyKey.ifPresent(key -> request.header("Idempotency-Key", key));
        return json(send(request, BodyHandlers.ofByteArray()));
    }

    /** The body is written as JSON. */
    JsonNode put(String path, Object body) {
        return json(send(
                request(path)
                        .header("Content-Type", JSON)
                        .timeout(ANSWER)
                        .PUT(BodyPublishers.ofByteArray(Json.bytes(body))),
                BodyHandlers.ofByteArray()));
    }

    /** Sends a file of gzip. */
    JsonNode upload(String path, Path file) {
        try {
            BodyPublisher body = BodyPublishers.ofFile(file);
            return json(send(
                    request(path)
                            .header("Content-Type", "application/gzip")
                            .timeout(UPLOAD)
                            .POST(body),
                    BodyHandlers.ofByteArray()));
        } catch (IOException e) {
            throw new CliException("cannot read " + file, e);
        }
    }

    /** A raw answer with its headers. */
    HttpResponse<byte[]> raw(String path) {
        HttpResponse<byte[]> response = send(request(path).GET().timeout(ANSWER), BodyHandlers.ofByteArray());
        check(response.statusCode(), response.body());
        return response;
    }

    /** An answer that goes on and on; the caller closes it. */
    InputStream stream(String path) throws IOException {
        HttpResponse<InputStream> response =
                send(request(path).header("Accept", "text/event-stream").GET(), BodyHandlers.ofInputStream());
        if (response.statusCode() != 200) {
            try (InputStream body = response.body()) {
                check(response.statusCode(), body.readAllBytes());
            }
        }
        return response.body();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(api.resolve("/api/v1" + path)).header("Authorization", "Bearer " + token);
    }

    private <T> HttpResponse<T> send(HttpRequest.Builder request, BodyHandler<T> handler) {
        try {
            return http.send(request.build(), handler);
        } catch (IOException e) {
            throw new CliException("the API at " + api + " does not answer: " + describe(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException("interrupted", e);
        }
    }

    private static String describe(IOException e) {
        if (e instanceof ConnectException) {
            return "nothing listens there";
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static JsonNode json(HttpResponse<byte[]> response) {
        check(response.statusCode(), response.body());
        return Json.read(response.body(), JsonNode.class);
    }

    private static void check(int status, byte[] body) {
        if (status >= 200 && status < 300) {
            return;
        }
        throw new CliException(problem(body).orElseGet(() -> "the API answered " + status));
    }

    private static Optional<String> problem(byte[] body) {
        try {
            return Optional.ofNullable(Json.read(body, JsonNode.class).get("detail"))
                    .map(JsonNode::asText);
        } catch (IllegalArgumentException notJson) {
            return Optional.of(new String(body, StandardCharsets.UTF_8).strip()).filter(text -> !text.isEmpty());
        }
    }
}
