package dev.shoal.agent.region.origin;

/**
 * How many pieces an origin has on their way at a time. Few, since a piece that arrives whole can be passed on at once; but enough
 * to fill the origin's link where the leechers' links are slower, which it finds out by trying. Immutable.
 *
 * @param open pieces on their way
 * @param rate bytes a second that the last accepted number reached
 * @param hold windows until more is tried again
 */
record Pace(int open, double rate, int hold) {
    /** A link is full with six, and one of six may be slow. */
    static final int LEAST = 6;

    private static final int MOST = 256;
    private static final double WORTH_IT = 1.05;
    private static final int PATIENCE = 12;

    /** How an origin begins. */
    static Pace first() {
        return new Pace(LEAST, 0, 0);
    }

    /** What a window of time in which all {@code open} ones were used teaches, at this many bytes a second. */
    Pace after(double measured) {
        if (rate == 0) {
            return new Pace(open, measured, 0);
        }
        if (measured > rate * WORTH_IT) {
            return new Pace(Math.min(MOST, open + open / 2), measured, 0);
        }
        if (hold > 0) {
            return new Pace(open, rate, hold - 1);
        }
        // More did not help: back to what was enough, and the figure fades, so that a link that got faster is found.
        return new Pace(Math.max(LEAST, open * 2 / 3), rate * 0.9, PATIENCE);
    }
}
