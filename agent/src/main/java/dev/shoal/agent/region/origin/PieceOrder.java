package dev.shoal.agent.region.origin;

import java.util.BitSet;
import java.util.random.RandomGenerator;

/**
 * In which order an origin takes the pieces of an artifact, such that several origins that do not know of each other rarely take
 * the same: each goes upwards in its own {@link Lane}, then in the next, and jumps into the middle of the widest gap where it meets
 * what another has done. In order, as far as it can, since machines take the digest of the file while it grows from its start. Pure but
 * for the dice; not thread-safe.
 */
final class PieceOrder {
    /** Nothing is left to take. */
    static final int NONE = -1;

    /** A single piece of another's is stepped over; more of them are another's run. */
    private static final int STEP = 2;

    /** One may be an offer that had lapsed and was taken after all. */
    private static final double SURE = 2;

    private static final double RELIEF = 0.125;

    private final Lanes lanes;
    private final int pieces;
    private final RandomGenerator dice;
    private double suspicion;
    /** A place, as all that follows: a piece's in the order of lanes. Where it began to go upwards, */
    private int began;

    /** where it is, */
    private int cursor;

    /** and how far that is, since it may have gone all the way round. */
    private int gone;

    /** @param run how many pieces follow each other in a lane */
    PieceOrder(int pieces, int run, Lane lane, RandomGenerator dice) {
        this.lanes = new Lanes(pieces, run, lane.of());
        this.pieces = pieces;
        this.dice = dice;
        jump(lanes.start(lane.number()));
    }

    /**
     * The next piece among {@code ready}, or {@link #NONE}.
     *
     * @param needed nobody has them yet
     * @param ready the part of {@code needed} that can be taken now
     */
    int next(BitSet needed, BitSet ready) {
        return ready.isEmpty() ? NONE : lanes.piece(nextPlace(lanes.places(needed), lanes.places(ready)));
    }

    private int nextPlace(BitSet needed, BitSet ready) {
        // What it passed over since it was not ready, or gave to somebody who did not take it.
        int late = cyclic(ready, began);
        if (isBehind(late)) {
            return late;
        }
        if (Math.floorMod(cyclic(needed, cursor) - cursor, pieces) > STEP) {
            jump(insideWidestGap(needed));
        }
        int place = cyclic(ready, cursor);
        advance(place);
        return place;
    }

    private boolean isBehind(int place) {
        return Math.floorMod(place - began, pieces) < gone;
    }

    private void jump(int place) {
        began = place;
        cursor = place;
        gone = 0;
    }

    private void advance(int place) {
        gone = Math.min(pieces, gone + Math.floorMod(place - cursor, pieces) + 1);
        cursor = (place + 1) % pieces;
    }

    /** This one was taken along with the one before. */
    void passed(int piece) {
        if (!isBehind(lanes.place(piece))) {
            advance(lanes.place(piece));
        }
    }

    /**
     * A piece was seen at a leecher before this origin had wholly sent it to any: another origin gives the same ones. If that happens again
     * soon, it goes on elsewhere. (Seen later, it may have been passed on before the origin heard of it: of small pieces, most are.)
     */
    void overtaken(BitSet needed) {
        suspicion++;
        if (suspicion >= SURE && !needed.isEmpty()) {
            suspicion = 0;
            jump(insideWidestGap(lanes.places(needed)));
        }
    }

    /** A piece that this origin gives was first seen where it went. */
    void arrived() {
        suspicion = Math.max(0, suspicion - RELIEF);
    }

    private static int cyclic(BitSet set, int from) {
        int next = set.nextSetBit(from);
        return next >= 0 ? next : set.nextSetBit(0);
    }

    /** Anywhere in the third quarter of the longest run of needed pieces, the ends of the file joined. */
    private int insideWidestGap(BitSet needed) {
        int first = needed.nextClearBit(0) % pieces;
        int start = first;
        int widest = 0;
        int at = first;
        int seen = 0;
        while (seen < pieces) {
            int length = 0;
            while (length < pieces && needed.get((at + length) % pieces)) {
                length++;
            }
            if (length > widest) {
                widest = length;
                start = at;
            }
            seen += length + 1;
            at = (at + length + 1) % pieces;
        }
        return (start + widest / 2 + dice.nextInt(1 + widest / 4)) % pieces;
    }
}
