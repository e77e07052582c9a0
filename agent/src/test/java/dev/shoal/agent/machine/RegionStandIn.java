package dev.shoal.agent.machine;

import com.sun.net.httpserver.HttpExchange;
import dev.shoal.agent.swarm.LibtorrentSwarm;
import dev.shoal.agent.swarm.Swarm;
import dev.shoal.agent.swarm.SwarmConfig;
import dev.shoal.agent.swarm.SwarmTorrent;
import dev.shoal.agent.swarm.TestArtifact;
import dev.shoal.agent.swarm.TinyTracker;
import dev.shoal.model.Digest;
import dev.shoal.model.json.Json;
import dev.shoal.model.report.MachineReport;
import dev.shoal.model.torrent.Metainfo;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** What a machine sees of its region's agents: tracker, metainfo, reports, and one seed. */
final class RegionStandIn implements AutoCloseable {
    final Swarm seed;
    final List<MachineReport> reports = new CopyOnWriteArrayList<>();
    final List<String> authorizations = new CopyOnWriteArrayList<>();
    private final Map<String, byte[]> metainfo = new ConcurrentHashMap<>();
    private final TinyTracker tracker = new TinyTracker();
    private final Path directory;
    private final CountDownLatch released = new CountDownLatch(1);
    private volatile @Nullable String stalled;
    private volatile @Nullable String flooded;

    RegionStandIn(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
        tracker.serve("/v1/metainfo/", this::answerMetainfo);
        tracker.serve("/v1/reports", this::takeReport);
        seed = LibtorrentSwarm.open(new SwarmConfig("127.0.0.1", 0, directory.resolve("native"), 8), event -> {});
    }

    URI url() {
        return tracker.base();
    }

    /** Seeds the artifact. */
    void offer(TestArtifact artifact) throws IOException {
        offer(artifact.bytes(), artifact.metainfo());
    }

    /** Seeds bytes under any metainfo. */
    void offer(byte[] bytes, Metainfo info) throws IOException {
        Files.write(directory.resolve(info.digest().value()), bytes);
        metainfo.put(info.digest().value(), info.encode());
        seed.add(new SwarmTorrent(
                info, directory, List.of(tracker.url()), true, directory.resolve(info.digest() + ".resume")));
    }

    /** What the machine said last about the app. */
    Optional<MachineReport> last() {
        return reports.isEmpty() ? Optional.empty() : Optional.of(reports.get(reports.size() - 1));
    }

    private void answerMetainfo(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String digest = path.substring(path.lastIndexOf('/') + 1);
            byte[] found = metainfo.get(digest);
            if (digest.equals(stalled)) {
                exchange.sendResponseHeaders(200, 100);
                released.await();
            } else if (digest.equals(flooded)) {
                exchange.sendResponseHeaders(200, 0);
                for (byte[] chunk = new byte[1 << 20]; released.getCount() > 0; ) {
                    exchange.getResponseBody().write(chunk);
                }
            } else if (found == null) {
                exchange.sendResponseHeaders(404, -1);
            } else {
                exchange.sendResponseHeaders(200, found.length);
                exchange.getResponseBody().write(found);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void takeReport(HttpExchange exchange) throws IOException {
        try (exchange) {
            reports.add(Json.read(exchange.getRequestBody().readAllBytes(), MachineReport.class));
            authorizations.add(exchange.getRequestHeaders().getFirst("Authorization"));
            exchange.sendResponseHeaders(202, -1);
        }
    }

    /** Answers for this digest with a head and no body. */
    void stallMetainfo(Digest digest) {
        stalled = digest.value();
    }

    /** Answers for this digest with bytes that never end. */
    void floodMetainfo(Digest digest) {
        flooded = digest.value();
    }

    @Override
    public void close() {
        released.countDown();
        seed.close();
        tracker.close();
    }
}
