package dev.shoal.agent.region.origin;

/** Measures what the present {@link Pace} reaches, in windows in which all of it was used. Not thread-safe. */
final class PaceWindow {
    private static final double SECONDS = 0.25;

    private Pace pace = Pace.first();
    private boolean full;
    private double since;
    private long sentBefore;

    /** How many pieces are to be on their way. */
    int pace() {
        return pace.open();
    }

    /** There was less to give than the pace allows. */
    void isNotFull() {
        full = false;
    }

    /** Time has passed, and so many bytes have left since the beginning. */
    void tick(double now, long sent) {
        if (now - since < SECONDS) {
            return;
        }
        if (full && since > 0) {
            pace = pace.after((sent - sentBefore) / (now - since));
        }
        since = now;
        sentBefore = sent;
        full = true;
    }
}
