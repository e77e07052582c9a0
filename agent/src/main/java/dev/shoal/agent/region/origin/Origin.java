package dev.shoal.agent.region.origin;

import dev.shoal.agent.region.origin.RegionStore.RegionStoreException;
import dev.shoal.agent.swarm.Swarm;
import dev.shoal.agent.swarm.SwarmEvent;
import dev.shoal.agent.swarm.SwarmException;
import dev.shoal.agent.swarm.SwarmListener;
import dev.shoal.agent.swarm.SwarmTorrent;
import dev.shoal.model.Digest;
import dev.shoal.model.InfoHash;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.torrent.Metainfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Seeds what the region serves. Its own web seed on loopback feeds the swarm from S3, so that pieces go out as they come in. One
 * thread owns which artifacts are seeded; {@link #metainfo} may be called from any thread.
 */
public final class Origin implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Origin.class);
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration IDLE = Duration.ofSeconds(60);

    private sealed interface Event {
        record Serve(List<Artifact> artifacts) implements Event {}

        record Swarmed(SwarmEvent event) implements Event {}
    }

    private final RegionStore store;
    private final Path directory;
    private final URI self;
    private final long capacity;
    private final LinkedBlockingQueue<Event> mailbox = new LinkedBlockingQueue<>();
    private final Map<Digest, Metainfo> metainfos = new ConcurrentHashMap<>();
    private final Attempts attempts = new Attempts();
    private final Set<Digest> seeded = new HashSet<>();
    private Map<Digest, Artifact> wanted = Map.of();
    private final Thread thread = Thread.ofPlatform().daemon().name("origin").unstarted(this::run);
    private final Swarm swarm;
    private volatile boolean closed;

    /**
     * Opens the session and owns it; seeds nothing yet.
     *
     * @param open opens the session with the listener that it is given
     * @param directory holds the artifacts; what is not served is deleted from it
     * @param self this agent's HTTP address
     * @param capacity how many bytes of artifacts it keeps at most
     */
    public Origin(RegionStore store, Function<SwarmListener, Swarm> open, Path directory, URI self, long capacity) {
        this.store = store;
        this.directory = directory;
        this.self = self;
        this.capacity = capacity;
        this.swarm = open.apply(event -> mailbox.add(new Event.Swarmed(event)));
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
        return Optional.ofNullable(metainfos.get(digest));
    }

    /** Whether its thread turns. */
    public boolean isTurning() {
        return thread.isAlive();
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
            case Event.Swarmed swarmed -> on(swarmed.event());
        }
    }

    private void on(SwarmEvent event) {
        switch (event) {
            case SwarmEvent.Finished finished -> {
                LOG.info("has all of {}", finished.infoHash());
                find(finished.infoHash()).ifPresent(attempts::forget);
            }
            case SwarmEvent.PieceFailed piece -> LOG.warn("bad piece {} of {}", piece.piece(), piece.infoHash());
            case SwarmEvent.Failed failed -> {
                LOG.error("seeding {} failed: {} {}", failed.infoHash(), failed.reason(), failed.detail());
                swarm.remove(failed.infoHash());
                find(failed.infoHash()).ifPresent(digest -> {
                    seeded.remove(digest);
                    attempts.failed(digest, Instant.now());
                });
            }
        }
    }

    private Optional<Digest> find(InfoHash infoHash) {
        return wanted.values().stream()
                .filter(artifact -> artifact.infoHash().equals(infoHash))
                .map(Artifact::digest)
                .findFirst();
    }

    /** Returns whether nothing is missing. */
    private boolean seedWhatIsMissing() {
        for (Artifact artifact : wanted.values()) {
            Digest digest = artifact.digest();
            if (!seeded.contains(digest) && attempts.isDue(digest, Instant.now())) {
                if (add(artifact)) {
                    seeded.add(digest);
                } else {
                    attempts.failed(digest, Instant.now());
                }
            }
        }
        return seeded.size() == wanted.size();
    }

    private boolean add(Artifact artifact) {
        try {
            Optional<Metainfo> metainfo = store.metainfo(artifact).flatMap(bytes -> check(artifact, bytes));
            if (metainfo.isEmpty()) {
                LOG.warn("cannot seed {} yet: no metainfo to believe in S3", artifact.digest());
                return false;
            }
            Path home =
                    Files.createDirectories(directory.resolve(artifact.digest().value()));
            metainfos.put(artifact.digest(), metainfo.get());
            swarm.add(new SwarmTorrent(
                    metainfo.get(),
                    home,
                    List.of(self.resolve("/announce")),
                    List.of(self.resolve("/webseed/" + artifact.digest())),
                    false,
                    home.resolve("resume")));
            LOG.info("seeding {} ({} bytes)", artifact.digest(), artifact.size());
            return true;
        } catch (RegionStoreException | SwarmException | IOException e) {
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
        Set<Digest> gone = new HashSet<>(metainfos.keySet());
        gone.removeAll(wanted.keySet());
        for (Digest digest : gone) {
            Optional.ofNullable(metainfos.remove(digest)).ifPresent(m -> swarm.remove(m.infoHash()));
            seeded.remove(digest);
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
    public void close() {
        closed = true;
        thread.interrupt();
        swarm.close();
    }
}
