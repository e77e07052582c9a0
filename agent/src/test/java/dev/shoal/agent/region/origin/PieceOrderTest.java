package dev.shoal.agent.region.origin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PieceOrderTest {
    private static final int PIECES = 256;

    @Test
    void takesEveryPieceOnceAndThenNone() {
        PieceOrder order = new PieceOrder(PIECES, 0, new Random(1));
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
        PieceOrder order = new PieceOrder(PIECES, 0, new Random(1));
        BitSet ready = new BitSet();
        ready.set(77);

        assertThat(order.next(all(), ready)).isEqualTo(77);
    }

    @Test
    void jumpsIntoTheWidestGapWhereItMeetsWhatAnotherHasDone() {
        PieceOrder order = new PieceOrder(PIECES, 0, new Random(1));
        order.passed(9);
        BitSet needed = all();
        needed.clear(10, 100);

        assertThat(order.next(needed, needed)).isBetween(100 + 80, 256);
    }

    @Test
    void findsTheGapThatReachesOverTheEndOfTheFile() {
        PieceOrder order = new PieceOrder(PIECES, 0, new Random(1));
        order.passed(99);
        BitSet needed = all();
        needed.clear(20, 200);
        needed.set(150, 160);

        int piece = order.next(needed, needed);

        assertThat(piece >= 200 || piece < 20).isTrue();
    }

    @Test
    void goesUpwardsFromItsStartAndBackToWhatWasNotReady() {
        PieceOrder order = new PieceOrder(PIECES, 0.5, new Random(1));
        BitSet needed = all();
        BitSet ready = all();
        ready.clear(129, 132);

        List<Integer> taken = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            if (i == 4) {
                ready = all();
            }
            BitSet both = (BitSet) ready.clone();
            both.and(needed);
            taken.add(order.next(needed, both));
            needed.clear(taken.getLast());
        }

        assertThat(taken).containsExactly(128, 132, 133, 134, 129, 130, 131, 135);
    }

    @Test
    void isNotLedAstrayByALeecherThatPassesAPieceOnBeforeItTellsOfIt() {
        PieceOrder order = new PieceOrder(PIECES, 0, new Random(1));
        order.passed(9);
        for (int i = 0; i < 100; i++) {
            order.overtaken(false, all());
            for (int arrived = 0; arrived < 10; arrived++) {
                order.arrived();
            }
        }

        assertThat(order.next(all(), all())).isEqualTo(10);
    }

    @ParameterizedTest
    @CsvSource({
        // Side by side they cannot tell each other's work from their own that was passed on.
        "0, true, 0.06, 0.15", "0, false, 0.12, 0.25",
        "0.1, true, 0.03, 0.05", "0.1, false, 0.03, 0.05",
        "0.5, true, 0.03, 0.05", "0.5, false, 0.03, 0.05"
    })
    void twoOriginsThatSeeEachOthersWorkLateSendFewPiecesTwice(
            double start, boolean certain, double onAverage, double atMost) {
        int worst = 0;
        int sum = 0;
        for (int seed = 0; seed < 100; seed++) {
            int twice = duplicatesOfTwo(seed, start, certain);
            worst = Math.max(worst, twice);
            sum += twice;
        }

        assertThat(sum / 100.0 / PIECES).isLessThan(onAverage);
        assertThat((double) worst / PIECES).isLessThan(atMost);
    }

    /** Each has six pieces on their way, of which the other does not know. */
    private static int duplicatesOfTwo(int seed, double start, boolean certain) {
        PieceOrder[] orders = {
            new PieceOrder(PIECES, 0, new Random(seed)), new PieceOrder(PIECES, start, new Random(seed + 1000L))
        };
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
                        orders[1 - origin].overtaken(certain, others);
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
