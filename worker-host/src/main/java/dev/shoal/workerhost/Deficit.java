package dev.shoal.workerhost;

/**
 * How many queued jobs had no ticket in two rounds running: pure. One round alone proves nothing, since Temporal's counts lag and
 * the API starts a ticket only after it has inserted the row.
 *
 * @param last the deficit of the round before
 */
record Deficit(long last) {
    static final Deficit NONE = new Deficit(0);

    /** What follows from a round. */
    record Step(Deficit next, long ticketsToStart) {}

    /** Decides for this many queued jobs and waiting tickets. */
    Step see(long queued, long waiting) {
        long now = Math.max(0, queued - waiting);
        long start = Math.min(last, now);
        return new Step(start > 0 ? NONE : new Deficit(now), start);
    }
}
