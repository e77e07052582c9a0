package dev.shoal.agent.region.origin;

import java.util.BitSet;
import java.util.random.RandomGenerator;

/**
 * In which order an origin takes the pieces of an artifact, such that several origins that do not know of each other rarely take
 * the same: each starts anywhere, goes on upwards, and jumps into the middle of the widest gap where it meets what another has
 * done. Pure but for the dice; not thread-safe.
 */
final class PieceOrder {
    /** Nothing is left to take. */
    static final int NONE = -1;

    /** A single piece of another's is stepped over; more of them are another's run. */
    private static final int STEP = 2;

    private final int pieces;
    private final RandomGenerator dice;
    private int cursor;

    PieceOrder(int pieces, RandomGenerator dice) {
        this.pieces = pieces;
        this.dice = dice;
        this.cursor = dice.nextInt(pieces);
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
        int ahead = cyclic(needed, cursor);
        if (Math.floorMod(ahead - cursor, pieces) > STEP) {
            cursor = insideWidestGap(needed);
        }
        int piece = cyclic(ready, cursor);
        cursor = (piece + 1) % pieces;
        return piece;
    }

    /** This one was taken along with the one before. */
    void passed(int piece) {
        cursor = (piece + 1) % pieces;
    }

    /** Somebody else takes the same pieces now: goes on elsewhere. */
    void collided(BitSet needed) {
        if (!needed.isEmpty()) {
            cursor = insideWidestGap(needed);
        }
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
