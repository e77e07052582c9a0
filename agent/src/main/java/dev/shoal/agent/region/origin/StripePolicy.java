package dev.shoal.agent.region.origin;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * Which leecher is offered the next piece while the origin gives its first copy away: each piece leaves it once, whole and soon,
 * to leechers that pass it on. Each leecher's stripe is what it has drained, so a slow one gets little and a dead one nothing.
 */
final class StripePolicy {
    /** No byte moved for so long: the piece is offered to another. Chosen, not measured. */
    static final double STALLED_SECONDS = 3;

    /** Everything was sent and nothing was heard: lost, or refused by the receiver's hash check. */
    static final double SILENT_SECONDS = 10;

    /** Pieces are there, leechers lack them, and nothing has left or was heard for so long: the policy is wrong here. */
    static final double STUCK_SECONDS = 15;

    private static final double SLOW = 0.25;

    private StripePolicy() {}

    /**
     * A leecher as the origin sees it.
     *
     * @param id the connection
     * @param open offered pieces that are not wholly sent
     * @param taken pieces that it was ever offered
     * @param pieceSeconds how long its last piece took; 0 if it had none
     * @param stalled whether an offer to it was given up, and no byte moved since: it is offered one piece at a time, and only
     *     while nobody else is there
     */
    record Leecher(int id, int open, int taken, double pieceSeconds, boolean stalled) {}

    /** What to do now. */
    sealed interface Decision {
        /** Offer the next piece to this one. */
        record Offer(int leecher) implements Decision {}

        /** Enough is on its way, or nobody can take more. */
        record Wait() implements Decision {}
    }

    /** @param pace how many pieces are to be on their way */
    static Decision decide(Collection<Leecher> leechers, int pace) {
        long lively = leechers.stream().filter(l -> !l.stalled()).count();
        if (lively == 0) {
            return lastHope(leechers);
        }
        int open = leechers.stream()
                .filter(l -> !l.stalled())
                .mapToInt(Leecher::open)
                .sum();
        if (open >= pace) {
            return new Decision.Wait();
        }
        double median = median(leechers);
        // A single leecher takes all that is to be on its way; of many, each takes one or two.
        int each = (int) Math.max(2, (pace + lively - 1) / lively);
        Optional<Leecher> best = leechers.stream()
                .filter(l -> !l.stalled() && l.open() < each)
                .min(Comparator.comparing((Leecher l) -> isSlow(l, median))
                        .thenComparingInt(Leecher::open)
                        .thenComparingInt(Leecher::taken)
                        .thenComparingInt(Leecher::id));
        return best.filter(l -> !isSlow(l, median) || l.open() == 0)
                .<Decision>map(l -> new Decision.Offer(l.id()))
                .orElseGet(Decision.Wait::new);
    }

    /** All have stalled: one may have been slow to start, so they are asked in turn, for as long as it takes. */
    private static Decision lastHope(Collection<Leecher> leechers) {
        return leechers.stream()
                .filter(l -> l.open() == 0)
                .min(Comparator.comparingInt(Leecher::taken).thenComparingInt(Leecher::id))
                .<Decision>map(l -> new Decision.Offer(l.id()))
                .orElseGet(Decision.Wait::new);
    }

    /** Whether an offer is given up, so that another leecher gets the piece. */
    static boolean isLost(double sinceProgress, double age, boolean sent, double medianSeconds) {
        if (sent) {
            return sinceProgress > SILENT_SECONDS;
        }
        return sinceProgress > STALLED_SECONDS || (medianSeconds > 0 && age > medianSeconds / SLOW + STALLED_SECONDS);
    }

    /** The middle of what pieces took, of the leechers that have had one; 0 if none has. */
    static double median(Collection<Leecher> leechers) {
        double[] known = leechers.stream()
                .mapToDouble(Leecher::pieceSeconds)
                .filter(s -> s > 0)
                .sorted()
                .toArray();
        return known.length == 0 ? 0 : known[known.length / 2];
    }

    private static boolean isSlow(Leecher leecher, double median) {
        return median > 0 && leecher.pieceSeconds() * SLOW > median;
    }
}
