package dev.shoal.agent.machine;

import dev.shoal.agent.swarm.Swarm;
import dev.shoal.agent.swarm.SwarmException;
import dev.shoal.agent.swarm.SwarmStatus;
import dev.shoal.agent.swarm.SwarmTorrent;
import dev.shoal.model.Digest;
import dev.shoal.model.InfoHash;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.pointer.Pointer;
import dev.shoal.model.torrent.Metainfo;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of {@link Downloads} in the swarm. What adds and takes away ({@link #download}, {@link #seed}, {@link #cancel},
 * {@link #discard}, {@link #retain}) is called by one thread; the rest by any.
 */
final class Transfers {
    private static final Logger LOG = LoggerFactory.getLogger(Transfers.class);

    private final Downloads downloads;
    private final Swarm swarm;
    private final RegionAgents agents;
    private final AtomicLong reused = new AtomicLong();

    Transfers(Downloads downloads, Swarm swarm, RegionAgents agents) {
        this.downloads = downloads;
        this.swarm = swarm;
        this.agents = agents;
    }

    /** Where the bytes of a verified artifact are. */
    Path file(Digest digest) {
        return downloads.file(digest);
    }

    /** Whether the whole file was there and right before. */
    boolean isThere(Pointer pointer) {
        return downloads.isVerified(pointer.artifact().digest());
    }

    /** The metainfo that was kept, else the region's, which nobody has vouched for. */
    Metainfo metainfo(Pointer pointer) throws IOException {
        Optional<Metainfo> kept = keptMetainfo(pointer);
        return kept.isPresent()
                ? kept.get()
                : agents.metainfo(pointer.artifact().digest());
    }

    /** Begins or goes on. Returns whether all of it is there already, and will not be told. */
    boolean download(Metainfo metainfo) throws IOException {
        Path file = downloads.file(metainfo.digest());
        long missing = metainfo.size() - (Files.exists(file) ? Files.size(file) : 0);
        Disk.requireSpace(downloads.directory(), Math.max(0, missing));
        if (!Files.exists(file)) {
            reuse(metainfo, file);
        }
        downloads.keepMetainfo(metainfo);
        downloads.begin(metainfo.digest());
        swarm.add(torrent(metainfo, false));
        return swarm.status(metainfo.infoHash())
                .filter(s -> s.state() == SwarmStatus.State.SEEDING)
                .isPresent();
    }

    /** How many bytes were copied from other artifacts on this disk instead of fetched, since the start. */
    long reused() {
        return reused.get();
    }

    private void reuse(Metainfo metainfo, Path file) throws IOException {
        List<PieceReuse.Copy> plan = PieceReuse.plan(metainfo, downloads.whole());
        if (plan.isEmpty()) {
            return;
        }
        try {
            PieceReuse.copy(plan, file);
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            LOG.warn("pieces of {} could not be copied, the rest is fetched: {}", metainfo.digest(), e.getMessage());
        }
        reused.addAndGet(PieceReuse.bytes(plan));
        LOG.info("{} of {} bytes of {} were here already", PieceReuse.bytes(plan), metainfo.size(), metainfo.digest());
    }

    void cancel(Pointer pointer) {
        swarm.remove(pointer.artifact().infoHash());
    }

    /** Serves what is there. Without a mark libtorrent first reads it and fetches the pieces that are not right. */
    void seed(Pointer pointer) throws IOException {
        Optional<Metainfo> kept = keptMetainfo(pointer);
        if (kept.isPresent() && Files.exists(downloads.file(kept.get().digest()))) {
            swarm.add(torrent(kept.get(), isThere(pointer)));
        }
    }

    /** How far a download is; what has come of it without a gap is read for its digest. Empty if it is unknown. */
    Optional<SwarmStatus> progress(Artifact artifact) throws IOException {
        Optional<SwarmStatus> status = swarm.status(artifact.infoHash());
        if (status.isPresent()) {
            downloads.grown(artifact.digest(), status.get().leadingBytes());
        }
        return status;
    }

    /** Reads what was not read before. Whether the whole file is right. */
    boolean verify(Pointer pointer) throws IOException {
        return downloads.verify(pointer.artifact().digest(), pointer.artifact().size());
    }

    void discard(Pointer pointer) {
        try {
            swarm.remove(pointer.artifact().infoHash());
            downloads.delete(pointer.artifact().digest());
        } catch (IOException | SwarmException e) {
            LOG.error("{} could not be deleted", pointer.artifact().digest(), e);
        }
    }

    /** Deletes all others. */
    void retain(Set<Digest> needed) throws IOException {
        for (Digest digest : downloads.superfluous(needed)) {
            downloads.metainfo(digest).ifPresent(m -> swarm.remove(m.infoHash()));
            downloads.delete(digest);
        }
    }

    Optional<SwarmStatus> status(InfoHash infoHash) {
        return swarm.status(infoHash);
    }

    private Optional<Metainfo> keptMetainfo(Pointer pointer) throws IOException {
        return downloads
                .metainfo(pointer.artifact().digest())
                .filter(m -> DownloadDecisions.mismatch(pointer, m).isEmpty());
    }

    private SwarmTorrent torrent(Metainfo metainfo, boolean seedMode) {
        return new SwarmTorrent(
                metainfo, downloads.directory(), agents.trackers(), seedMode, downloads.resumeData(metainfo.digest()));
    }
}
