package dev.shoal.agent.region.origin;

import java.util.BitSet;

/** The pieces of an artifact in the order of their lanes: those of lane 0, then those of lane 1, and so on. Immutable. */
final class Lanes {
    private final int[] places;
    private final int[] pieces;
    private final int[] starts;

    /** @param run how many pieces follow each other in a lane */
    Lanes(int pieces, int run, int lanes) {
        this.places = new int[pieces];
        this.pieces = new int[pieces];
        this.starts = new int[lanes];
        int place = 0;
        for (int lane = 0; lane < lanes; lane++) {
            // An artifact may have fewer runs than there are lanes.
            starts[lane] = place % pieces;
            for (int piece = 0; piece < pieces; piece++) {
                if (piece / run % lanes == lane) {
                    places[piece] = place;
                    this.pieces[place++] = piece;
                }
            }
        }
    }

    int count() {
        return pieces.length;
    }

    int start(int lane) {
        return starts[lane];
    }

    int place(int piece) {
        return places[piece];
    }

    int piece(int place) {
        return pieces[place];
    }

    /** The places of these pieces. */
    BitSet places(BitSet some) {
        if (starts.length == 1) {
            return some;
        }
        BitSet there = new BitSet(pieces.length);
        some.stream().forEach(piece -> there.set(places[piece]));
        return there;
    }
}
