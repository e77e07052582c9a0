package dev.shoal.agent.machine;

import dev.shoal.agent.ban.AccusationBatch;
import dev.shoal.model.Digest;
import dev.shoal.model.json.Json;
import dev.shoal.model.report.MachineReport;
import dev.shoal.model.torrent.Metainfo;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The region agents, any of which will do: asks one after the other, beginning with the last that answered. Thread-safe. */
final class RegionAgents {
    static final String ANNOUNCE = "/announce";
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** Metainfo of 800,000 pieces: 3 TiB in pieces of 4 MiB. */
    private static final int LARGEST_ANSWER = 16 << 20;

    private final HttpClient client;
    private final List<URI> agents;
    private final List<URI> trackers;
    private final AtomicInteger preferred;

    /**
     * Begins with the {@code first}-th agent, so that machines spread over them.
     *
     * @param trackers where to announce to them
     * @param rack of the machine, which its announces tell; null if it is not known
     */
    RegionAgents(HttpClient client, List<URI> agents, List<URI> trackers, int first, @Nullable String rack) {
        this.client = client;
        this.agents = List.copyOf(agents);
        // libtorrent appends its own parameters to whatever query a tracker's URL has.
        this.trackers = rack == null
                ? List.copyOf(trackers)
                : trackers.stream().map(t -> URI.create(t + "?rack=" + rack)).toList();
        this.preferred = new AtomicInteger(Math.floorMod(first, agents.size()));
    }

    /** Where to announce. */
    List<URI> trackers() {
        return trackers;
    }

    /** The metainfo of an artifact, which nobody has vouched for. @throws IOException naming what each agent answered */
    Metainfo metainfo(Digest digest) throws IOException {
        byte[] body = ask("/v1/metainfo/" + digest, HttpRequest.newBuilder());
        try {
            return Metainfo.parse(body);
        } catch (IllegalArgumentException e) {
            throw new IOException("metainfo of " + digest + ": " + e.getMessage(), e);
        }
    }

    /** Delivers a report to one agent. @throws IOException naming what each agent answered */
    void report(MachineReport report, String token) throws IOException {
        ask(
                "/v1/reports",
                HttpRequest.newBuilder()
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(Json.bytes(report))));
    }

    /** Tells every agent, since they do not tell each other. Returns what those answered who did not take it. */
    List<String> accuse(AccusationBatch batch, String token) {
        List<String> failures = new ArrayList<>();
        for (URI agent : agents) {
            URI uri = at(agent, "/v1/accusations");
            try {
                var unused = send(HttpRequest.newBuilder(uri)
                        .timeout(LIMIT)
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(Json.bytes(batch)))
                        .build());
            } catch (IOException e) {
                failures.add(uri + " " + e.getMessage());
            }
        }
        return failures;
    }

    private byte[] ask(String path, HttpRequest.Builder request) throws IOException {
        List<IOException> failures = new ArrayList<>();
        int start = preferred.get();
        for (int i = 0; i < agents.size(); i++) {
            int index = (start + i) % agents.size();
            URI uri = at(agents.get(index), path);
            try {
                byte[] body = send(request.uri(uri).timeout(LIMIT).build());
                preferred.set(index);
                return body;
            } catch (IOException e) {
                failures.add(new IOException(uri + " " + e.getMessage(), e));
            }
        }
        String answers = failures.stream().map(Throwable::getMessage).collect(Collectors.joining("; "));
        IOException failed = new IOException("no region agent helped: " + answers);
        failures.forEach(failed::addSuppressed);
        throw failed;
    }

    // The request's own time-out ends with the head of the answer; this one covers the body too.
    private byte[] send(HttpRequest request) throws IOException {
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(request, BoundedBody.of(LARGEST_ANSWER));
        try {
            HttpResponse<byte[]> response = answer.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            if (response.statusCode() / 100 != 2) {
                throw new IOException("HTTP " + response.statusCode());
            }
            return response.body();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            String message = cause.getMessage();
            throw new IOException(message == null ? cause.getClass().getSimpleName() : message, cause);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new IOException("no answer within " + LIMIT.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    static URI at(URI agent, String path) {
        String base = agent.toString();
        return URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path);
    }
}
