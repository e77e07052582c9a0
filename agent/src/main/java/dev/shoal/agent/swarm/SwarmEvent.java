package dev.shoal.agent.swarm;

import dev.shoal.agent.ban.PeerAddress;
import dev.shoal.model.InfoHash;

/** News about an artifact in a swarm. */
public sealed interface SwarmEvent {
    /** Which artifact. */
    InfoHash infoHash();

    /** Every piece is on disk and matches its hash. Comes once after each {@link Swarm#add}, also for what was complete already. */
    record Finished(InfoHash infoHash) implements SwarmEvent {}

    /** The transfer has stopped; removing and adding it again tries again. */
    record Failed(InfoHash infoHash, Reason reason, String detail) implements SwarmEvent {}

    /** A piece came with wrong bytes; it is asked for again, from others if possible. */
    record PieceFailed(InfoHash infoHash, int piece) implements SwarmEvent {}

    /**
     * A peer has sent wrong bytes, and was parted from.
     *
     * @param peer the port is the one that it listens on, or, if it was the one to connect, any
     * @param wholePiece whether it had sent all of a failed piece; otherwise one block, and the peer was told by its IP alone
     */
    record PeerCaught(InfoHash infoHash, PeerAddress peer, boolean wholePiece) implements SwarmEvent {}

    /** A tracker has answered an announce with a failure. */
    record AnnounceRefused(InfoHash infoHash, String tracker, String reason) implements SwarmEvent {}

    /** Why a transfer stopped. */
    enum Reason {
        DISK_FULL,
        FILE_ERROR,
        OTHER
    }
}
