package dev.shoal.agent.swarm;

import dev.shoal.model.InfoHash;
import java.util.Optional;

/**
 * One peer in the swarms of a region: it downloads artifacts and serves what it has. Thread-safe. News comes through the
 * {@link SwarmListener} it was opened with. Methods throw {@link SwarmException} when the session is broken or closed.
 */
public interface Swarm extends AutoCloseable {
    /**
     * Starts to download and to serve an artifact; its file is {@code directory/<digest>}. Verified pieces that are already there are kept.
     * Adding what is already there changes nothing.
     */
    void add(SwarmTorrent torrent);

    /** Stops to transfer the artifact; its file stays, and so does its resume data. Unknown ones are ignored. */
    void remove(InfoHash infoHash);

    /** How far an artifact is; empty if it was never added, or removed. */
    Optional<SwarmStatus> status(InfoHash infoHash);

    /** Limits of the whole session in bytes per second; 0 lifts the limit. */
    void limits(long uploadBytesPerSecond, long downloadBytesPerSecond);

    /** The TCP port at which other peers reach this one. */
    int port();

    /** Saves what is needed to resume, says goodbye to the trackers, and ends. */
    @Override
    void close();
}
