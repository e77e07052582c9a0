package dev.shoal.agent.region.tracker;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

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

    /**
     * So many of other racks at a time; as many find it. What is rare comes into a rack once for each of its machines that sees it
     * outside, and the uplinks are what racks are short of. One outside neighbour in 35 costs no time (Bindal, ICDCS 2006).
     */
    static final int FAR_AT_ONCE = 1;

    /** What a neighbour in the rack stands for, when a rack turns out to be too small to live of. */
    private static final int NEAR_WORTH = 9;

    /** For a leecher that found nobody, as the first ones of a swarm do. libtorrent's own least interval is the same. */
    static final int LONELY_SECONDS = 2;

    /** For leechers that still lack neighbours. */
    static final int SHORT_SECONDS = 5;

    static final int LONG_SECONDS = 30;
    private static final int FEW = 10;

    private HandoutPolicy() {}

    /** Where a peer stands, seen from the announcer. */
    enum Place {
        /** In the same rack. */
        NEAR,
        /** In another rack. */
        FAR,
        /** One of the two does not say. */
        UNKNOWN
    }

    /**
     * A peer that may be told of.
     *
     * @param peer stands for it
     * @param degree about how many connections it has
     * @param owner whether it has data to give
     */
    record Candidate<P>(P peer, double degree, boolean owner, Place place) {
        private boolean hasRoom() {
            return degree < HOLDS;
        }
    }

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
     * How many of those may be of other racks, for an announcer that says where it stands.
     *
     * @param size of the handout
     * @param far about how many connections it has to other racks
     * @param mates how many others of its rack are known
     * @param first whether it comes for the first time: then its rack may be on its way too
     */
    static int farSize(int size, double far, int mates, boolean first) {
        int atOnce = first ? FAR_AT_ONCE : farAtOnce(mates);
        return Math.clamp(Math.round(2 * atOnce - far), 0, Math.min(size, atOnce));
    }

    /** Whether a peer with so many connections to other racks may get another one. */
    static boolean isOpenToOtherRacks(double far, int mates) {
        return far < 3 * farAtOnce(mates);
    }

    private static int farAtOnce(int mates) {
        return Math.max(FAR_AT_ONCE, MOST_AT_ONCE - NEAR_WORTH * mates);
    }

    /**
     * Chooses: some that have data, then as many of the own rack as leave room for {@code farSize} of others, and those. Those that
     * can hold hardly more come last, ordered by how many they have; among the rest chance decides, since the ones with the fewest have
     * come together.
     *
     * @param candidates in random order
     * @param farSize the most of other racks
     */
    static <P> List<P> choose(List<Candidate<P>> candidates, int size, int farSize) {
        List<Candidate<P>> left = new ArrayList<>(candidates.size());
        List<Candidate<P>> nearlyFull = new ArrayList<>();
        candidates.forEach(c -> (c.degree() < NEARLY_FULL ? left : nearlyFull).add(c));
        nearlyFull.sort(Comparator.comparingDouble(Candidate::degree));
        left.addAll(nearlyFull);
        List<P> chosen = new ArrayList<>(size);
        int owners = Math.min(size, Math.max(1, size / OWNERS_SHARE));
        move(left, chosen, owners, c -> c.owner() && c.place() != Place.FAR && c.hasRoom());
        int far = move(left, chosen, Math.min(owners, chosen.size() + farSize), c -> c.owner() && c.hasRoom());
        move(left, chosen, size - (farSize - far), c -> c.place() == Place.NEAR && c.hasRoom());
        move(left, chosen, Math.min(size, chosen.size() + farSize - far), c -> c.place() == Place.FAR);
        move(left, chosen, size, c -> c.place() != Place.FAR);
        return chosen;
    }

    /** Moves those that match until so many are chosen; returns how many it moved. */
    private static <P> int move(List<Candidate<P>> from, List<P> chosen, int until, Predicate<Candidate<P>> wanted) {
        int before = chosen.size();
        for (int i = 0; i < from.size() && chosen.size() < until; i++) {
            if (wanted.test(from.get(i))) {
                chosen.add(from.remove(i--).peer());
            }
        }
        return chosen.size() - before;
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
