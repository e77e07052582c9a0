package dev.shoal.agent.region.tracker;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which peers an announcer is told of, and when it is to come again. The goal is a random graph in which all have about the same
 * number of neighbours (random-regular graphs reach 85 % of line rate, grown ones 65 %: Kraken's simulations). Pure.
 */
final class HandoutPolicy {
    /** How many connections a machine keeps for one torrent: {@code SessionSettings.CONNECTIONS_PER_TORRENT}. */
    static final int HOLDS = 50;

    /**
     * Two fifths of what a machine holds. It is found by as many as it is told of, so that at the end four fifths are used, and
     * nobody is ever closed off by those who came with it; and twice ln(20,000), under which a random graph falls apart.
     */
    static final int MOST_AT_ONCE = 20;

    static final int ENOUGH = 40;
    private static final int NEARLY_FULL = 45;

    /** Who still downloads meets a few others at each announce: connections end that no tracker hears of. */
    private static final int REFRESH = 4;

    /** Nobody may be wired to empty peers only (Kraken issue 166). */
    private static final int OWNERS_SHARE = 4;

    /** Of ten, so many from the own rack: a majority, never all (Bindal, ICDCS 2006). */
    private static final int SAME_RACK_OF_TEN = 6;

    /** For a leecher that found nobody, as the first ones of a swarm do. libtorrent's own least interval is the same. */
    static final int LONELY_SECONDS = 2;

    /** For leechers that still lack neighbours. */
    static final int SHORT_SECONDS = 5;

    static final int LONG_SECONDS = 30;
    private static final int FEW = 10;

    private HandoutPolicy() {}

    /**
     * A peer that may be told of.
     *
     * @param peer stands for it
     * @param degree about how many connections it has
     * @param owner whether it has data to give
     * @param sameRack as the announcer
     */
    record Candidate<P>(P peer, double degree, boolean owner, boolean sameRack) {}

    /**
     * How many peers an announcer is told of.
     *
     * @param degree about how many connections it has
     * @param wanted what it asks for
     * @param complete whether it has all
     */
    static int size(double degree, int wanted, boolean complete) {
        int least = complete ? 0 : REFRESH;
        return Math.min(wanted, Math.clamp(Math.round(ENOUGH - degree), least, MOST_AT_ONCE));
    }

    /**
     * Chooses: some that have data, most of the own rack and always some of others. Those that can hold hardly more come last,
     * ordered by how many they have; among the rest chance decides, since the ones with the fewest have come together.
     *
     * @param candidates in random order
     */
    static <P> List<P> choose(List<Candidate<P>> candidates, int size) {
        List<Candidate<P>> sorted = new ArrayList<>(candidates);
        sorted.sort(Comparator.comparingDouble(c -> c.degree() < NEARLY_FULL ? 0 : c.degree()));
        Set<Candidate<P>> chosen = new LinkedHashSet<>();
        int owners = Math.max(1, size / OWNERS_SHARE);
        sorted.stream()
                .filter(c -> c.owner() && c.degree() < HOLDS)
                .limit(Math.min(size, owners))
                .forEach(chosen::add);
        long near = chosen.stream().filter(Candidate::sameRack).count();
        sorted.stream()
                .filter(c -> c.sameRack() && !c.owner() && c.degree() < HOLDS)
                .limit(Math.max(0, Math.min(size - chosen.size(), size * SAME_RACK_OF_TEN / 10 - near)))
                .forEach(chosen::add);
        sorted.stream()
                .filter(c -> !c.sameRack() && !chosen.contains(c))
                .limit(size - chosen.size())
                .forEach(chosen::add);
        sorted.stream()
                .filter(c -> !chosen.contains(c))
                .limit(size - chosen.size())
                .forEach(chosen::add);
        return chosen.stream().map(Candidate::peer).toList();
    }

    /**
     * After how many seconds it is to announce again; the caller adds the jitter.
     *
     * @param told how many peers it was told of
     * @param degree about how many connections it has now
     */
    static int interval(boolean complete, int told, double degree) {
        if (!complete && told == 0 && degree < 1) {
            return LONELY_SECONDS;
        }
        return !complete && degree < FEW ? SHORT_SECONDS : LONG_SECONDS;
    }
}
