package dev.shoal.agent.region.origin;

import dev.shoal.model.Digest;
import dev.shoal.model.InfoHash;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.torrent.Metainfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** An artifact that is being read from S3 and given away. Started and closed by the thread of {@link Origin}. */
final class Seeding implements AutoCloseable {
    private final Metainfo metainfo;
    private final PieceStore pieces;
    private final OriginServer server;
    private final Feed feed;

    private Seeding(PieceStore pieces, OriginServer server, Feed feed) {
        this.metainfo = pieces.metainfo();
        this.pieces = pieces;
        this.server = server;
        this.feed = feed;
    }

    /**
     * Starts to read and to give.
     *
     * @param home holds the file; made if it is missing
     * @param lane what it gives first
     * @param serving runs, on another thread, once leechers are answered
     * @param ended hears once, on another thread, when the whole artifact is there, or why it will not be
     */
    static Seeding start(
            Artifact artifact,
            Metainfo metainfo,
            Path home,
            Lane lane,
            RegionStore store,
            OriginServer server,
            Runnable serving,
            BiConsumer<Digest, Optional<String>> ended)
            throws IOException {
        Files.createDirectories(home);
        PieceStore pieces =
                PieceStore.open(metainfo, home.resolve(metainfo.digest().value()));
        InfoHash infoHash = metainfo.infoHash();
        Digest digest = metainfo.digest();
        RandomGenerator dice = new SplittableRandom(ThreadLocalRandom.current().nextLong());
        Feed feed = new Feed(artifact, pieces, store, lane, dice, new Feed.Listener() {
            @Override
            public void stored(int piece) {
                server.stored(infoHash, piece);
            }

            @Override
            public void complete() {
                ended.accept(digest, Optional.empty());
            }

            @Override
            public void failed(String reason) {
                ended.accept(digest, Optional.of(reason));
            }
        });
        server.add(pieces, lane, feed::isElsewhere, serving);
        feed.start();
        return new Seeding(pieces, server, feed);
    }

    Metainfo metainfo() {
        return metainfo;
    }

    /** For {@code GET /v1/status}: bytes given to leechers, and read from S3, and how far that is. */
    Map<String, Object> status(OriginTorrent.@Nullable State swarm) {
        Map<String, Object> status = new TreeMap<>();
        status.put("size", metainfo.size());
        status.put("sent", server.sent(metainfo.infoHash()));
        status.put("fetched", feed.fetched());
        if (swarm != null) {
            status.put("swarm", swarm);
        }
        return status;
    }

    @Override
    public void close() {
        feed.close();
        try {
            server.remove(metainfo.infoHash());
            pieces.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
