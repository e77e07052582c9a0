package dev.shoal.agent.region.origin;

import dev.shoal.agent.region.origin.RegionStore.RegionStoreException;
import dev.shoal.agent.swarm.Swarm;
import dev.shoal.agent.swarm.SwarmTorrent;
import dev.shoal.model.Digest;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.torrent.Metainfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Seeds what the region serves. Its own web seed on loopback feeds the swarm from S3, so that pieces go out as they come in. One
 * thread owns which artifacts are seeded; {@link #metainfo} may be called from any thread.
 */
public final class Origin implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Origin.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final RegionStore store;
    private final Swarm swarm;
    private final Path directory;
    private final URI self;
    private final Map<Digest, Metainfo> metainfos = new ConcurrentHashMap<>();
    private final LinkedBlockingQueue<Map<Digest, Artifact>> wishes = new LinkedBlockingQueue<>();
    private final Thread thread = Thread.ofPlatform().daemon().name("origin").unstarted(this::run);
    private volatile boolean closed;

    /**
     * Not started yet.
     *
     * @param directory holds the artifacts; what is not served is deleted from it
     * @param self this agent's HTTP address
     */
    public Origin(RegionStore store, Swarm swarm, Path directory, URI self) {
        this.store = store;
        this.swarm = swarm;
        this.directory = directory;
        this.self = self;
    }

    /** Starts to seed. */
    public void start() {
        thread.start();
    }

    /** From now on these are served, and no others. */
    public void serve(Map<Digest, Artifact> artifacts) {
        wishes.add(artifacts);
    }

    /** The checked metainfo of an artifact that is served. */
    public Optional<Metainfo> metainfo(Digest digest) {
        return Optional.ofNullable(metainfos.get(digest));
    }

    private void run() {
        Map<Digest, Artifact> wanted = new HashMap<>();
        Set<Digest> seeded = new HashSet<>();
        boolean complete = true;
        while (!closed) {
            try {
                Map<Digest, Artifact> wish = wishes.poll(complete ? 60_000 : RETRY.toMillis(), TimeUnit.MILLISECONDS);
                if (wish != null) {
                    wanted = wish;
                    drop(seeded, wanted.keySet());
                }
                complete = true;
                for (Artifact artifact : wanted.values()) {
                    if (!seeded.contains(artifact.digest())) {
                        boolean added = add(artifact);
                        complete &= added;
                        if (added) {
                            seeded.add(artifact.digest());
                        }
                    }
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private boolean add(Artifact artifact) {
        try {
            Optional<Metainfo> metainfo = store.metainfo(artifact).flatMap(bytes -> check(artifact, bytes));
            if (metainfo.isEmpty()) {
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

    private void drop(Set<Digest> seeded, Set<Digest> still) {
        Set<Digest> gone = new HashSet<>(seeded);
        gone.removeAll(still);
        for (Digest digest : gone) {
            Optional.ofNullable(metainfos.remove(digest)).ifPresent(m -> swarm.remove(m.infoHash()));
            seeded.remove(digest);
        }
        try (DirectoryStream<Path> homes = Files.newDirectoryStream(directory)) {
            for (Path home : homes) {
                if (still.stream()
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
            files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> {
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
    }
}
