package dev.shoal.agent.ban;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.shoal.model.InfoHash;
import java.util.List;
import java.util.stream.Stream;

/**
 * A machine got wrong bytes from a peer.
 *
 * @param peer the port is the one that it listens on, or, if it was the one to connect, any
 * @param wholePiece whether all of a failed piece came from it; otherwise one block did, and the peer was told by its IP alone
 * @param pieces of this torrent that have failed, the newest last; at most 16
 * @param times how often it was caught
 */
public record Accusation(
        @JsonProperty("info_hash") InfoHash infoHash,
        PeerAddress peer,
        @JsonProperty("whole_piece") boolean wholePiece,
        List<Integer> pieces,
        int times) {
    /** Evidence enough for people. */
    public static final int MOST_PIECES = 16;

    private static final int MOST_TIMES = 1_000_000;

    public Accusation {
        requireNonNull(infoHash, "info_hash is missing");
        requireNonNull(peer, "peer is missing");
        if (times < 1 || times > MOST_TIMES) {
            throw new IllegalArgumentException("times out of range: " + times);
        }
        pieces = List.copyOf(pieces);
        if (pieces.size() > MOST_PIECES) {
            throw new IllegalArgumentException("more than " + MOST_PIECES + " pieces");
        }
    }

    /** Two that are about one peer, which {@code this} names. */
    public Accusation and(Accusation other) {
        return new Accusation(
                infoHash,
                peer,
                wholePiece || other.wholePiece,
                Stream.concat(pieces.stream(), other.pieces.stream())
                        .distinct()
                        .limit(MOST_PIECES)
                        .toList(),
                Math.min(MOST_TIMES, times + other.times));
    }
}
