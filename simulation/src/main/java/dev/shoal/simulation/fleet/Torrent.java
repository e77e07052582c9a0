package dev.shoal.simulation.fleet;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * One build in one region: who has what, in groups of pieces. The pieces of a group travel in their order, so a count says which ones
 * a node has. With one piece a group this is exact. A piece is offered to others once it is complete, verified and announced.
 */
final class Torrent {
    static final int NONE = -1;

    /** So few groups left and all of them under way: they are fetched from several at once, as libtorrent's end game does. */
    private static final int END_GAME = 4;

    final Flip flip;
    final int groups;
    final double bytesPerPiece;
    final Neighbours neighbours;
    /** Per node: when it had the last byte; NaN before. */
    final double[] completeAt;

    /** Per node: pieces that it has, with parts of pieces. */
    final double[] total;

    double lastMove;

    private final int piecesPerGroup;
    private final int words;
    private final int lastGroup;
    private final float[] have;
    private final byte[] offered;
    /** Whole pieces that each node has, and those that it offers. */
    private final SlicedCounts owned;

    private final SlicedCounts shown;
    /** Two words of groups in turn: those that a node has or gets, and those of which it has something. */
    private final long[] marks;

    private final int[] missing;
    private final boolean[] announced;
    /** Of each group, how many machines have some of it or are getting it. */
    private final int[] copies;

    /** From this node on they are origins that show a group to one machine only; none if they are not. */
    private final int firstStriped;

    private int spread;
    private final int looks;
    private int[] pending = new int[4096];
    private double[] pendingAt = new double[4096];
    private int head;
    private int tail;

    Torrent(Flip flip, Scenario scenario, Network network, SplittableRandom dice) {
        this.flip = flip;
        long size = flip.size();
        int pieces = (int) ((size + scenario.piece() - 1) / scenario.piece());
        int atMost = scenario.groups() == 0 ? pieces : Math.min(scenario.groups(), pieces);
        piecesPerGroup = Math.min(Byte.MAX_VALUE, (pieces + atMost - 1) / atMost);
        groups = (pieces + piecesPerGroup - 1) / piecesPerGroup;
        lastGroup = pieces - (groups - 1) * piecesPerGroup;
        bytesPerPiece = (double) size / pieces;
        words = (groups + 63) / 64;
        looks = scenario.groups() == 0 ? Integer.MAX_VALUE : 12;
        int nodes = network.nodes;
        have = new float[nodes * groups];
        offered = new byte[nodes * groups];
        owned = new SlicedCounts(nodes, words, piecesPerGroup);
        shown = new SlicedCounts(nodes, words, piecesPerGroup);
        marks = new long[2 * nodes * words];
        missing = new int[nodes];
        announced = new boolean[nodes];
        Arrays.fill(missing, groups);
        copies = new int[groups];
        firstStriped = scenario.striped() ? network.machines : Integer.MAX_VALUE;
        total = new double[nodes];
        completeAt = new double[nodes];
        Arrays.fill(completeAt, Double.NaN);
        neighbours = new Neighbours(nodes, scenario, size, dice);
    }

    private int sizeOf(int group) {
        return group == groups - 1 ? lastGroup : piecesPerGroup;
    }

    int pieces() {
        return (groups - 1) * piecesPerGroup + lastGroup;
    }

    boolean isComplete(int node) {
        return missing[node] == 0;
    }

    boolean announced(int node) {
        return announced[node];
    }

    void markAnnounced(int node) {
        announced[node] = true;
    }

    double share(int node) {
        return total[node] / pieces();
    }

    /** The rarest group that the source can give and the sink needs and does not get yet, or NONE. */
    int pick(int source, int sink, SplittableRandom dice) {
        int first = words == 1 ? 0 : dice.nextInt(words);
        int best = NONE;
        int seen = 0;
        boolean endGame = missing[sink] <= END_GAME;
        boolean alone = source >= firstStriped && spread < groups;
        int word = first;
        for (int w = 0; w < words && seen < looks; w++) {
            long open = shown.any(source, word) & (endGame ? -1L : ~marks[2 * (sink * words + word)]);
            if (open != 0) {
                int turn = dice.nextInt(64);
                open = Long.rotateRight(open & shown.more(source, owned, sink, word), turn);
                while (open != 0 && seen < looks) {
                    int group = word * 64 + ((Long.numberOfTrailingZeros(open) + turn) & 63);
                    open &= open - 1;
                    if (!(alone && copies[group] > 0)) {
                        seen++;
                        if (best == NONE || copies[group] < copies[best]) {
                            best = group;
                        }
                    }
                }
            }
            word = word + 1 == words ? 0 : word + 1;
        }
        return best;
    }

    /** Pieces of the group that the source can give and the sink lacks. */
    float available(int source, int sink, int group) {
        return offered[source * groups + group] - have[sink * groups + group];
    }

    void take(int sink, int group) {
        int at = 2 * (sink * words + (group >> 6));
        marks[at] |= 1L << group;
        if ((marks[at + 1] >>> group & 1) == 0) {
            spread += copies[group]++ == 0 ? 1 : 0;
        }
    }

    /** Another source may go on with it. */
    void release(int sink, int group) {
        int at = sink * groups + group;
        if (have[at] < sizeOf(group)) {
            marks[2 * (sink * words + (group >> 6))] &= ~(1L << group);
            if (have[at] == 0) {
                spread -= --copies[group] == 0 ? 1 : 0;
            }
        }
    }

    /** Adds pieces to what a node has, to be offered from {@code offerAt} on. Returns how many it completed. */
    int receive(int node, int group, double pieces, double at, double offerAt) {
        int index = node * groups + group;
        int size = sizeOf(group);
        float before = have[index];
        float after = (float) (before + pieces);
        if (after > size - 1e-4f) {
            after = size;
        } else if (after - Math.floor(after) > 1 - 1e-4) {
            after = (float) Math.ceil(after);
        }
        have[index] = after;
        if (before == 0 && after > 0) {
            marks[2 * (node * words + (group >> 6)) + 1] |= 1L << group;
        }
        total[node] += after - before;
        lastMove = at;
        int completed = (int) after - (int) before;
        if (completed > 0) {
            owned.change(node, group, (int) before, (int) after);
            push(index, offerAt);
            if (after == size) {
                marks[2 * (node * words + (group >> 6))] |= 1L << group;
                if (--missing[node] == 0) {
                    completeAt[node] = at;
                }
            }
        }
        return completed;
    }

    /** Makes what is due visible to others. */
    void offer(double now) {
        while (head != tail && pendingAt[head] <= now) {
            int index = pending[head];
            head = (head + 1) & (pending.length - 1);
            int node = index / groups;
            int group = index - node * groups;
            offered[index] = (byte) shown.copy(owned, node, group);
        }
    }

    private void push(int index, double at) {
        pending[tail] = index;
        pendingAt[tail] = at;
        tail = (tail + 1) & (pending.length - 1);
        if (tail == head) {
            int length = pending.length;
            int[] indices = new int[2 * length];
            double[] times = new double[2 * length];
            for (int i = 0; i < length; i++) {
                indices[i] = pending[(head + i) & (length - 1)];
                times[i] = pendingAt[(head + i) & (length - 1)];
            }
            pending = indices;
            pendingAt = times;
            head = 0;
            tail = length;
        }
    }

    /** What a seeder fetches next from S3, in its own order: each begins elsewhere. NONE when it has all. */
    int next(int node, int offset) {
        for (int i = 0; i < groups; i++) {
            int group = (offset + i) % groups;
            if (have[node * groups + group] < sizeOf(group)) {
                return group;
            }
        }
        return NONE;
    }

    double lacking(int node, int group) {
        return sizeOf(group) - have[node * groups + group];
    }
}
