package dev.shoal.simulation.stack;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.JobId;
import dev.shoal.model.Release;
import dev.shoal.model.ReleaseId;
import dev.shoal.model.job.Build;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobRequest;
import dev.shoal.model.json.Json;
import dev.shoal.model.report.AppReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The REST API as its callers see it. Thread-safe. */
public final class ShoalClient {
    private static final Duration TIME_OUT = Duration.ofSeconds(30);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final URI api;
    private final String token;

    public ShoalClient(URI api, String token) {
        this.api = api;
        this.token = token;
    }

    /** An answer as it came. */
    public record Answer(int status, byte[] body) {
        /** The body as a record. */
        public <T> T as(Class<T> type) {
            return Json.read(body, type);
        }
    }

    /** The API answered something else than was hoped for, or not at all. */
    public static final class ApiException extends RuntimeException {
        /** 0 if there was no answer. */
        private final int status;

        ApiException(String call, int status, String body) {
            super(call + " answered " + status + ": " + body);
            this.status = status;
        }

        ApiException(String call, Throwable cause) {
            super(call + " got no answer", cause);
            this.status = 0;
        }

        public int status() {
            return status;
        }
    }

    /** A release with what the API adds: how long the first and the last machine took after the flip. */
    public record ReleaseTimes(
            @JsonProperty("flip_to_first_ms") Optional<Long> flipToFirstMs,
            @JsonProperty("flip_to_last_ms") Optional<Long> flipToLastMs) {}

    /** A machine as the API lists it. */
    public record MachineView(
            String id, String region, boolean live, List<AppReport> apps, Map<String, Long> refused) {}

    private record Machines(List<MachineView> machines) {}

    public Job submit(JobRequest request, Optional<String> idempotencyKey) {
        return expect(call("POST", "/jobs", Optional.of(request), idempotencyKey), "POST /jobs", 200, 201)
                .as(Job.class);
    }

    public Job job(JobId id) {
        return get("/jobs/" + id).as(Job.class);
    }

    /** Asks for a cancel; an answer of 409 means that it has ended before. */
    public Answer cancel(JobId id) {
        return expect(
                call("POST", "/jobs/" + id + "/cancel", Optional.of(Map.of()), Optional.empty()), "cancel", 202, 409);
    }

    /** What an attempt has printed so far; empty if it has not begun. */
    public String log(JobId id, int attempt) {
        Answer answer = expect(
                call("GET", "/jobs/" + id + "/log?attempt=" + attempt, Optional.empty(), Optional.empty()),
                "GET log",
                200,
                404);
        return answer.status() == 404 ? "" : new String(answer.body(), java.nio.charset.StandardCharsets.UTF_8);
    }

    /** Follows a job's log until its first line has arrived; false if it ends without one. */
    public boolean awaitOutput(JobId id) {
        HttpRequest request = HttpRequest.newBuilder(api.resolve("/api/v1/jobs/" + id + "/log/stream"))
                .header("Authorization", "Bearer " + token)
                .header("Accept", "text/event-stream")
                .build();
        try {
            HttpResponse<Stream<String>> response = http.send(request, BodyHandlers.ofLines());
            try (Stream<String> lines = response.body()) {
                return lines.filter(line -> line.equals("event: log") || line.equals("event: end"))
                        .findFirst()
                        .filter("event: log"::equals)
                        .isPresent();
            }
        } catch (IOException | UncheckedIOException e) {
            throw new ApiException("GET log/stream", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ApiException("GET log/stream", e);
        }
    }

    public Build build(BuildName name) {
        return get("/builds/" + name).as(Build.class);
    }

    public Release release(ReleaseId id) {
        return get("/releases/" + id).as(Release.class);
    }

    public ReleaseTimes releaseTimes(ReleaseId id) {
        return get("/releases/" + id).as(ReleaseTimes.class);
    }

    /** Newest first. */
    public List<Release> releases(AppName app) {
        record Releases(List<Release> releases) {}
        return get("/releases?limit=500&app=" + app).as(Releases.class).releases();
    }

    public List<MachineView> machines() {
        return get("/machines?limit=500").as(Machines.class).machines();
    }

    public Release rollback(AppName app) {
        return expect(
                        call("POST", "/apps/" + app + "/rollback", Optional.of(Map.of()), Optional.empty()),
                        "rollback",
                        200,
                        201)
                .as(Release.class);
    }

    public Answer get(String path) {
        return expect(call("GET", path, Optional.empty(), Optional.empty()), "GET " + path, 200);
    }

    /** Any call below {@code /api/v1}, any answer. */
    public Answer call(String method, String path, Optional<?> body, Optional<String> idempotencyKey) {
        HttpRequest.Builder request = HttpRequest.newBuilder(api.resolve("/api/v1" + path))
                .timeout(TIME_OUT)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body.map(Json::bytes).map(BodyPublishers::ofByteArray).orElseGet(BodyPublishers::noBody));
        idempotencyKey.ifPresent(key -> request.header("Idempotency-Key", key));
        try {
            HttpResponse<byte[]> response = http.send(request.build(), BodyHandlers.ofByteArray());
            return new Answer(response.statusCode(), response.body());
        } catch (IOException e) {
            throw new ApiException(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ApiException(method + " " + path, e);
        }
    }

    private static Answer expect(Answer answer, String call, int... statuses) {
        for (int status : statuses) {
            if (answer.status() == status) {
                return answer;
            }
        }
        throw new ApiException(
                call, answer.status(), new String(answer.body(), java.nio.charset.StandardCharsets.UTF_8));
    }
}
