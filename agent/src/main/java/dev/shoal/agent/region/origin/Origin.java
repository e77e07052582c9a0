package dev.shoal.agent.region.origin;

import dev.shoal.agent.region.origin.RegionStore.RegionStoreException;
import dev.shoal.model.Digest;
import dev.shoal.model.InfoHash;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.torrent.Metainfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a region's artifacts: reads each from S3 once and gives its pieces away as they come in, after their hash was checked. One
 * thread owns which artifacts are served; {@link #metainfo}, {@link #serves} and {@link #status} may be called from any thread.
 */
public final class Origin implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Origin.class);
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration IDLE = Duration.ofSeconds(60);

    private sealed interface Event {
        record Serve(List<Artifact> artifacts) implements Event {}

        /** An artifact is whole, or there is a reason why it will not be. */
        record Ended(Digest digest, Optional<String> failure) implements Event {}
    }

    private final RegionStore store;
    private final Path directory;
    private final long capacity;
    private final Lane lane;
    private final OriginServer server;
    private final LinkedBlockingQueue<Event> mailbox = new LinkedBlockingQueue<>();
    private final Map<Digest, Seeding> seedings = new ConcurrentHashMap<>();
    private final Map<InfoHash, CompletableFuture<Boolean>> awaited = new ConcurrentHashMap<>();
    private final Attempts attempts = new Attempts();
    private Map<Digest, Artifact> wanted = Map.of();
    private final Thread thread = Thread.ofPlatform().daemon().name("origin").unstarted(this::run);
    private volatile boolean closed;

    /**
     * Listens for leechers; serves nothing yet.
     *
     * @param address where leechers reach it
     * @param directory holds the artifacts; what is not served is deleted from it
     * @param capacity how many bytes of artifacts it keeps at most
     * @param lane what it gives first of each artifact
     */
    public Origin(RegionStore store, InetSocketAddress address, Path directory, long capacity, Lane lane)
            throws IOException {
        this.store = store;
        this.directory = directory;
        this.capacity = capacity;
        this.lane = lane;
        this.server = OriginServer.open(address, new SplittableRandom());
    }

    /** Starts to seed. */
    public void start() {
        thread.start();
    }

    /** From now on these are served, newest first, as far as there is room, and no others. */
    public void serve(List<Artifact> artifacts) {
        mailbox.add(new Event.Serve(artifacts));
    }

    /** The checked metainfo of an artifact that is served. */
    public Optional<Metainfo> metainfo(Digest digest) {
        return Optional.ofNullable(seedings.get(digest)).map(Seeding::metainfo);
    }

    /** Completes, on another thread, with whether leechers of this torrent find it here: when they do, or after {@code limit}. */
    public CompletableFuture<Boolean> serves(InfoHash infoHash, Duration limit) {
        if (server.serves(infoHash)) {
            return CompletableFuture.completedFuture(true);
        }
        CompletableFuture<Boolean> begun = awaited.computeIfAbsent(infoHash, hash -> new CompletableFuture<>());
        if (server.serves(infoHash)) {
            serving(infoHash);
        }
        return begun.copy().completeOnTimeout(false, limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void serving(InfoHash infoHash) {
        Optional.ofNullable(awaited.remove(infoHash)).ifPresent(begun -> begun.completeAsync(() -> true));
    }

    /** Whether its threads turn. */
    public boolean isTurning() {
        return thread.isAlive() && server.isTurning();
    }

    /** For {@code GET /v1/status}: of each artifact by digest, its size, the bytes sent to machines and fetched from S3, and its leechers. */
    public Map<String, Object> status() {
        Map<String, Object> status = new TreeMap<>();
        Map<InfoHash, OriginTorrent.State> states = server.states();
        seedings.forEach((digest, seeding) -> status.put(
                digest.value(), seeding.status(states.get(seeding.metainfo().infoHash()))));
        return status;
    }

    private void run() {
        Duration pause = IDLE;
        while (!closed) {
            try {
                Event event = mailbox.poll(pause.toMillis(), TimeUnit.MILLISECONDS);
                if (event != null) {
                    on(event);
                }
                pause = seedWhatIsMissing() ? IDLE : TICK;
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("the origin stumbled; it goes on", e);
                pause = TICK;
            }
        }
    }

    private void on(Event event) {
        switch (event) {
            case Event.Serve serve -> {
                wanted = OriginShelf.choose(serve.artifacts(), capacity);
                if (wanted.size() < serve.artifacts().size()) {
                    LOG.warn(
                            "{} of {} artifacts fit into {} bytes",
                            wanted.size(),
                            serve.artifacts().size(),
                            capacity);
                }
                drop();
            }
            case Event.Ended ended -> on(ended);
        }
    }

    private void on(Event.Ended ended) {
        Seeding seeding = seedings.get(ended.digest());
        if (seeding == null) {
            return;
        }
        if (ended.failure().isEmpty()) {
            LOG.info("has all of {}", seeding.metainfo().infoHash());
            attempts.forget(ended.digest());
        } else {
            LOG.error(
                    "seeding {} failed: {}",
                    seeding.metainfo().infoHash(),
                    ended.failure().get());
            seedings.remove(ended.digest());
            seeding.close();
            attempts.failed(ended.digest(), Instant.now());
        }
    }

    /** Returns whether nothing is missing. */
    private boolean seedWhatIsMissing() {
        for (Artifact artifact : wanted.values()) {
            Digest digest = artifact.digest();
            if (!seedings.containsKey(digest) && attempts.isDue(digest, Instant.now()) && !add(artifact)) {
                attempts.failed(digest, Instant.now());
            }
        }
        return seedings.size() == wanted.size();
    }

    private boolean add(Artifact artifact) {
        try {
            Optional<Metainfo> metainfo = store.metainfo(artifact).flatMap(bytes -> check(artifact, bytes));
            if (metainfo.isEmpty()) {
                LOG.warn("cannot seed {} yet: no metainfo to believe in S3", artifact.digest());
                return false;
            }
            Path home = directory.resolve(artifact.digest().value());
            seedings.put(
                    artifact.digest(),
                    Seeding.start(
                            artifact,
                            metainfo.get(),
                            home,
                            lane,
                            store,
                            server,
                            () -> serving(artifact.infoHash()),
                            (digest, failure) -> mailbox.add(new Event.Ended(digest, failure))));
            LOG.info("seeding {} ({} bytes)", artifact.digest(), artifact.size());
            return true;
        } catch (RegionStoreException | IOException e) {
            LOG.warn("cannot seed {} yet: {}", artifact.digest(), e.getMessage());
            return false;
        }
    }

    /** Only what the signed pointer names by its info hash is believed. */
    private static Optional<Metainfo> check(Artifact artifact, byte[] bytes) {
        try {
            Metainfo metainfo = Metainfo.parse(bytes);
            if (metainfo.infoHash().equals(artifact.infoHash())
                    && metainfo.digest().equals(artifact.digest())
                    && metainfo.size() == artifact.size()) {
                return Optional.of(metainfo);
            }
            LOG.error("the metainfo of {} in S3 is not the signed one", artifact.digest());
        } catch (IllegalArgumentException e) {
            LOG.error("the metainfo of {} in S3 is damaged: {}", artifact.digest(), e.getMessage());
        }
        return Optional.empty();
    }

    private void drop() {
        awaited.keySet()
                .retainAll(wanted.values().stream().map(Artifact::infoHash).toList());
        Set<Digest> gone = new HashSet<>(seedings.keySet());
        gone.removeAll(wanted.keySet());
        for (Digest digest : gone) {
            Optional.ofNullable(seedings.remove(digest)).ifPresent(Seeding::close);
            attempts.forget(digest);
        }
        try (DirectoryStream<Path> homes = Files.newDirectoryStream(directory)) {
            for (Path home : homes) {
                if (wanted.keySet().stream()
                        .noneMatch(d -> d.value().equals(home.getFileName().toString()))) {
                    delete(home);
                }
            }
        } catch (IOException e) {
            LOG.warn("cannot tidy {}: {}", directory, e.getMessage());
        }
    }

    private static void delete(Path home) throws IOException {
        try (Stream<Path> files = Files.walk(home)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.deleteIfExists(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        seedings.values().forEach(Seeding::close);
        server.close();
    }
}
