package dev.shoal.simulation.bench.swarm;

import dev.shoal.activities.blobs.RegionConfig;
import dev.shoal.activities.blobs.S3ArtifactStore;
import dev.shoal.activities.blobs.S3Config;
import dev.shoal.activities.blobs.S3Regions;
import dev.shoal.model.JobId;
import dev.shoal.model.RegionName;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.json.Json;
import dev.shoal.workflows.Lease;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A process on a host of the testbed that does there what the benchmark asks for on its standard input, a line each, and answers with
 * a line: {@code ok …} or {@code failed …}. Ends with its input.
 */
final class Errands {
    /** What the answers begin with, among lines of the log. */
    static final String OK = "ok ";

    static final String FAILED = "failed ";
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final HttpClient http = HttpClient.newHttpClient();

    private Errands() {}

    /** Reads and answers until the input ends. */
    public static void main(String[] args) throws IOException {
        Errands errands = new Errands();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            try {
                System.out.println(OK + errands.run(List.of(line.split(" "))));
            } catch (IOException | RuntimeException e) {
                System.out.println(FAILED + e);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private String run(List<String> words) throws IOException, InterruptedException {
        return switch (words.getFirst()) {
            case "put" -> put(URI.create(words.get(1)), Path.of(words.get(2)));
            case "get" -> get(URI.create(words.get(1)));
            case "upload" -> upload(URI.create(words.get(1)), Path.of(words.get(2)), Path.of(words.get(3)));
            default -> throw new IllegalArgumentException("unknown errand " + words);
        };
    }

    /** Returns the monotonic time just before the request. */
    private String put(URI target, Path file) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(target)
                .timeout(LIMIT)
                .PUT(HttpRequest.BodyPublishers.ofFile(file))
                .build();
        long before = System.nanoTime();
        requireOk(http.send(request, HttpResponse.BodyHandlers.ofString()));
        return Long.toString(before);
    }

    private String get(URI target) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(target).timeout(LIMIT).build();
        return requireOk(http.send(request, HttpResponse.BodyHandlers.ofString()))
                .replaceAll("\\s+", " ");
    }

    private static String requireOk(HttpResponse<String> answer) throws IOException {
        if (answer.statusCode() != 200) {
            throw new IOException(answer.uri() + " answered " + answer.statusCode());
        }
        return answer.body();
    }

    /** Through the code that uploads every build; returns the artifact as JSON. */
    private static String upload(URI endpoint, Path secret, Path file) {
        RegionName region = new RegionName(SwarmRegion.REGION);
        S3Config s3 = new S3Config(endpoint, SwarmRegion.BUCKET, SwarmRegion.ACCESS_KEY, secret, Optional.empty());
        ExecutorService pool = Executors.newCachedThreadPool();
        try (S3Regions regions = S3Regions.open(List.of(new RegionConfig(region, s3)))) {
            Artifact artifact = new S3ArtifactStore(regions, region, pool)
                    .upload(file, new Lease(new JobId(1), 1), (moved, total) -> {});
            return Json.text(artifact);
        } finally {
            pool.shutdownNow();
        }
    }
}
