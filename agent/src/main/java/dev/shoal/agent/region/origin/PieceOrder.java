package dev.shoal.agent.region.origin;

import java.util.BitSet;
import java.util.random.RandomGenerator;

/**
 * In which order an origin takes the pieces of an artifact, such that several origins that do not know of each other rarely take
 * the same: each goes upwards from its own start, and jumps into the middle of the widest gap where it meets what another has
 * done. In order, as far as it can, since machines take the digest of the file while it grows from its start. Pure but for the dice;
 * not thread-safe.
 */
final class PieceOrder {
    /** Nothing is left to take. */
    static final int NONE = -1;

    /** A single piece of another's is stepped over; more of them are another's run. */
    private static final int STEP = 2;

    /** Leechers of a single origin overtake it with one piece of 300, at first with two or three in a row; two origins side by side with every second. */
    private static final double SURE = 4;

    private static final double RELIEF = 0.25;

    private final int pieces;
    private final RandomGenerator dice;
    /** What was not ready when its turn came. */
    private final BitSet skipped = new BitSet();

    private double suspicion;
    private int cursor;

    /** @param start the share of the pieces before the first: at least 0, below 1 */
    PieceOrder(int pieces, double start, RandomGenerator dice) {
        this.pieces = pieces;
        this.dice = dice;
        this.cursor = (int) (pieces * start);
    }

    /**
     * The next piece among {@code ready}, or {@link #NONE}.
     *
     * @param needed nobody has them yet
     * @param ready the part of {@code needed} that can be taken now
     */
    int next(BitSet needed, BitSet ready) {
        if (ready.isEmpty()) {
            return NONE;
        }
        skipped.and(needed);
        BitSet late = (BitSet) skipped.clone();
        late.and(ready);
        if (!late.isEmpty()) {
            skipped.clear(late.nextSetBit(0));
            return late.nextSetBit(0);
        }
        int ahead = cyclic(needed, cursor);
        if (Math.floorMod(ahead - cursor, pieces) > STEP) {
            cursor = insideWidestGap(needed);
        }
        int piece = cyclic(ready, cursor);
        for (int before = cyclic(needed, cursor); before != piece; before = cyclic(needed, (before + 1) % pieces)) {
            skipped.set(before);
        }
        cursor = (piece + 1) % pieces;
        return piece;
    }

    /** This one was taken along with the one before. */
    void passed(int piece) {
        cursor = (piece + 1) % pieces;
    }

    /**
     * A piece that this origin gives was first seen at another leecher than the one that it was shown to. If that is certain to be the
     * work of another origin, or happens often, it goes on elsewhere.
     *
     * @param certain whether the piece cannot have been passed on, since it was not wholly sent
     */
    void overtaken(boolean certain, BitSet needed) {
        suspicion += certain ? SURE : 1;
        if (suspicion >= SURE && !needed.isEmpty()) {
            suspicion = 0;
            cursor = insideWidestGap(needed);
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
