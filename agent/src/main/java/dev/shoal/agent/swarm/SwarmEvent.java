package dev.shoal.agent.swarm;

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

    /** Why a transfer stopped. */
    enum Reason {
        DISK_FULL,
        FILE_ERROR,
        OTHER
    }
}
