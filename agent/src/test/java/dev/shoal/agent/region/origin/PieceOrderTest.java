package dev.shoal.agent.region.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PieceOrderTest {
    private static final int PIECES = 256;
    private static final int RUN = 8;

    private static PieceOrder alone() {
        return order(Lane.ALONE, 1);
    }

    private static PieceOrder order(Lane lane, int seed) {
        return new PieceOrder(PIECES, RUN, lane, new Random(seed));
    }

    @Test
    void takesEveryPieceOnceAndThenNone() {
        PieceOrder order = alone();
        BitSet needed = all();

        for (int i = 0; i < PIECES; i++) {
            int piece = order.next(needed, needed);
            assertThat(needed.get(piece)).isTrue();
            needed.clear(piece);
        }

        assertThat(order.next(needed, needed)).isEqualTo(PieceOrder.NONE);
    }

    @Test
    void takesOnlyWhatIsReady() {
        PieceOrder order = alone();
        BitSet ready = new BitSet();
        ready.set(77);

        assertThat(order.next(all(), ready)).isEqualTo(77);
    }

    @Test
    void jumpsIntoTheWidestGapWhereItMeetsWhatAnotherHasDone() {
        PieceOrder order = alone();
        order.passed(9);
        BitSet needed = all();
        needed.clear(0, 100);

        assertThat(order.next(needed, needed)).isBetween(100 + 78, 256);
    }

    @Test
    void findsTheGapThatReachesOverTheEndOfTheFile() {
        PieceOrder order = alone();
        order.passed(99);
        BitSet needed = all();
        needed.clear(20, 200);
        needed.set(150, 160);

        int piece = order.next(needed, needed);

        assertThat(piece >= 200 || piece < 20).isTrue();
    }

    @Test
    void goesUpwardsInItsLaneAndBackToWhatWasNotReady() {
        PieceOrder order = order(new Lane(1, 2), 1);
        BitSet needed = all();
        BitSet ready = all();
        ready.clear(9, 12);

        List<Integer> taken = new ArrayList<>();
        for (int i = 0; i < 14; i++) {
            if (i == 6) {
                ready = all();
            }
            BitSet both = (BitSet) ready.clone();
            both.and(needed);
            taken.add(order.next(needed, both));
            needed.clear(taken.getLast());
        }

        assertThat(taken).containsExactly(8, 12, 13, 14, 15, 24, 9, 10, 11, 25, 26, 27, 28, 29);
    }

    @Test
    void whatWasGivenInVainIsGivenAgainAtOnce() {
        PieceOrder order = order(new Lane(1, 2), 1);
        BitSet needed = all();
        for (int i = 0; i < 20; i++) {
            needed.clear(order.next(needed, needed));
        }

        needed.set(11);

        assertThat(order.next(needed, needed)).isEqualTo(11);
        needed.clear(11);
        assertThat(order.next(needed, needed)).isEqualTo(44);
    }

    @Test
    void takesTheOtherLanesWhenItsOwnIsDone() {
        PieceOrder order = order(new Lane(1, 2), 1);
        BitSet needed = all();
        List<Integer> taken = new ArrayList<>();
        for (int i = 0; i < PIECES; i++) {
            taken.add(order.next(needed, needed));
            needed.clear(taken.getLast());
        }

        assertThat(taken).doesNotHaveDuplicates();
        assertThat(taken.subList(0, PIECES / 2))
                .allMatch(piece -> piece / RUN % 2 == 1)
                .isSorted();
        assertThat(taken.subList(PIECES / 2, PIECES)).isSorted();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 8, 9, 16, 17, 100})
    void everyPieceHasOnePlaceHoweverFewThereAre(int pieces) {
        for (int lane = 0; lane < 3; lane++) {
            PieceOrder order = new PieceOrder(pieces, RUN, new Lane(lane, 3), new Random(1));
            BitSet needed = new BitSet();
            needed.set(0, pieces);
            while (!needed.isEmpty()) {
                int piece = order.next(needed, needed);
                assertThat(needed.get(piece)).isTrue();
                needed.clear(piece);
            }
        }
    }

    @Test
    void aLaneThatDoesNotExistIsRefused() {
        assertThatThrownBy(() -> new Lane(2, 2)).hasMessageContaining("lane 2 of 2");
        assertThatThrownBy(() -> new Lane(-1, 2)).hasMessageContaining("lane -1");
    }

    /** With two origins: what has come from the start is at no time far behind what has come at all. */
    @Test
    void withTwoLanesTheFileGrowsFromItsStart() {
        PieceOrder[] orders = {order(new Lane(0, 2), 1), order(new Lane(1, 2), 2)};
        BitSet needed = all();
        int behind = 0;
        for (int step = 0; !needed.isEmpty(); step++) {
            needed.clear(orders[step % 2].next(needed, needed));
            behind = Math.max(behind, PIECES - needed.cardinality() - Math.floorMod(needed.nextSetBit(0), PIECES + 1));
        }

        assertThat(behind).isLessThanOrEqualTo(2 * RUN);
    }

    @Test
    void isNotLedAstrayByASingleOfferThatLapsedAndWasTakenAfterAll() {
        PieceOrder order = alone();
        order.passed(9);
        for (int i = 0; i < 100; i++) {
            order.overtaken(all());
            for (int arrived = 0; arrived < 10; arrived++) {
                order.arrived();
            }
        }

        BitSet needed = all();
        needed.clear(0, 10);
        assertThat(order.next(needed, needed)).isEqualTo(10);
    }

    @ParameterizedTest
    @CsvSource({
        // Both of the same lane, side by side; the last, and the usual one: each of its own.
        "0, 1, 0.08, 0.15",
        "0, 2, 0.08, 0.15",
        "1, 2, 0.03, 0.05"
    })
    void twoOriginsThatSeeEachOthersWorkLateSendFewPiecesTwice(int second, int lanes, double onAverage, double atMost) {
        int worst = 0;
        int sum = 0;
        for (int seed = 0; seed < 100; seed++) {
            int twice = duplicatesOfTwo(seed, new Lane(second, lanes));
            worst = Math.max(worst, twice);
            sum += twice;
        }

        assertThat(sum / 100.0 / PIECES).isLessThan(onAverage);
        assertThat((double) worst / PIECES).isLessThan(atMost);
    }

    /** Each has six pieces on their way, of which the other does not know. */
    private static int duplicatesOfTwo(int seed, Lane lane) {
        PieceOrder[] orders = {order(new Lane(0, lane.of()), seed), order(lane, seed + 1000)};
        BitSet out = new BitSet();
        BitSet[] mine = {new BitSet(), new BitSet()};
        int taken = 0;
        Deque<Integer> first = new ArrayDeque<>();
        Deque<Integer> second = new ArrayDeque<>();
        while (out.cardinality() < PIECES) {
            for (int origin = 0; origin < 2; origin++) {
                Deque<Integer> onTheWay = origin == 0 ? first : second;
                BitSet needed = all();
                needed.andNot(out);
                needed.andNot(mine[origin]);
                int piece = orders[origin].next(needed, needed);
                if (piece != PieceOrder.NONE) {
                    taken++;
                    mine[origin].set(piece);
                    onTheWay.add(piece);
                }
                if (onTheWay.size() > 6 || (piece == PieceOrder.NONE && !onTheWay.isEmpty())) {
                    int arrived = onTheWay.remove();
                    if (!out.get(arrived) && mine[1 - origin].get(arrived)) {
                        BitSet others = all();
                        others.andNot(out);
                        others.andNot(mine[1 - origin]);
                        orders[1 - origin].overtaken(others);
                    }
                    if (!out.get(arrived)) {
                        orders[origin].arrived();
                    }
                    out.set(arrived);
                }
            }
        }
        return taken - PIECES;
    }

    private static BitSet all() {
        BitSet all = new BitSet();
        all.set(0, PIECES);
        return all;
    }
}
