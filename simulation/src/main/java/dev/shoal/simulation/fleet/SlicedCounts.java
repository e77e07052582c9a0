package dev.shoal.simulation.fleet;

/**
 * A small count for each group of each node, cut into bits: word by word, plane by plane. Sixty-four groups of two nodes are compared
 * in a few instructions, and their planes lie beside each other in memory. For one thread.
 */
final class SlicedCounts {
    private final int words;
    private final int planes;
    private final long[] bits;

    /** @param most the greatest count */
    SlicedCounts(int nodes, int words, int most) {
        this.words = words;
        planes = Integer.SIZE - Integer.numberOfLeadingZeros(most);
        bits = new long[nodes * words * planes];
    }

    void change(int node, int group, int from, int to) {
        int at = (node * words + (group >> 6)) * planes;
        for (int plane = 0; plane < planes; plane++) {
            bits[at + plane] ^= (long) ((from ^ to) >>> plane & 1) << group;
        }
    }

    /** Takes over the count of others of the same shape. Returns it. */
    int copy(SlicedCounts others, int node, int group) {
        int at = (node * words + (group >> 6)) * planes;
        int count = 0;
        for (int plane = 0; plane < planes; plane++) {
            long theirs = others.bits[at + plane];
            bits[at + plane] ^= (bits[at + plane] ^ theirs) & 1L << group;
            count |= (int) (theirs >>> group & 1) << plane;
        }
        return count;
    }

    /** Groups of a word, as bits, of which the node has any. */
    long any(int node, int word) {
        int at = (node * words + word) * planes;
        // Without a loop for groups of up to seven pieces: this is where the simulation spends its time.
        long any = bits[at];
        if (planes > 1) {
            any |= bits[at + 1];
        }
        if (planes > 2) {
            any |= bits[at + 2];
        }
        for (int plane = 3; plane < planes; plane++) {
            any |= bits[at + plane];
        }
        return any;
    }

    /** Groups of a word of which the node has more than another node of other counts, both of the same shape. */
    long more(int node, SlicedCounts others, int other, int word) {
        int at = (node * words + word) * planes;
        int than = (other * words + word) * planes;
        // From the least bit up: a higher one that differs decides, else what was decided before.
        long more = bits[at] & ~others.bits[than];
        if (planes > 1) {
            more = decide(bits[at + 1], others.bits[than + 1], more);
        }
        if (planes > 2) {
            more = decide(bits[at + 2], others.bits[than + 2], more);
        }
        for (int plane = 3; plane < planes; plane++) {
            more = decide(bits[at + plane], others.bits[than + plane], more);
        }
        return more;
    }

    private static long decide(long mine, long theirs, long before) {
        return (mine & ~theirs) | (~(mine ^ theirs) & before);
    }
}
