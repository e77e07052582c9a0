package dev.shoal.agent.region.origin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PieceOrderTest {
    private static final int PIECES = 256;

    @Test
    void takesEveryPieceOnceAndThenNone() {
        PieceOrder order = new PieceOrder(PIECES, new Random(1));
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
        PieceOrder order = new PieceOrder(PIECES, new Random(1));
        BitSet ready = new BitSet();
        ready.set(77);

        assertThat(order.next(all(), ready)).isEqualTo(77);
    }

    @Test
    void jumpsIntoTheWidestGapWhereItMeetsWhatAnotherHasDone() {
        PieceOrder order = new PieceOrder(PIECES, new Random(1));
        order.passed(9);
        BitSet needed = all();
        needed.clear(10, 100);

        assertThat(order.next(needed, needed)).isBetween(100 + 80, 256);
    }

    @Test
    void findsTheGapThatReachesOverTheEndOfTheFile() {
        PieceOrder order = new PieceOrder(PIECES, new Random(1));
        order.passed(99);
        BitSet needed = all();
        needed.clear(20, 200);
        needed.set(150, 160);

        int piece = order.next(needed, needed);

        assertThat(piece >= 200 || piece < 20).isTrue();
    }

    @Test
    void twoOriginsThatSeeEachOthersWorkLateSendFewPiecesTwice() {
        int worst = 0;
        int sum = 0;
        for (int seed = 0; seed < 100; seed++) {
            int twice = duplicatesOfTwo(seed);
            worst = Math.max(worst, twice);
            sum += twice;
        }

        assertThat(sum / 100.0 / PIECES).isLessThan(0.05);
        assertThat((double) worst / PIECES).isLessThan(0.15);
    }

    /** Each has six pieces on their way, of which the other does not know. */
    private static int duplicatesOfTwo(int seed) {
        PieceOrder[] orders = {
            new PieceOrder(PIECES, new Random(seed)), new PieceOrder(PIECES, new Random(seed + 1000L))
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
                        orders[1 - origin].collided(others);
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
