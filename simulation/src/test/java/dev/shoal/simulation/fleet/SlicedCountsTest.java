package dev.shoal.simulation.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlicedCountsTest {
    private static final int NODES = 3;
    private static final int WORDS = 2;
    private static final int GROUPS = 64 * WORDS;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 7, 8, 127})
    void comparesAsTheCountsThemselvesDo(int most) {
        SplittableRandom dice = new SplittableRandom(most);
        SlicedCounts mine = new SlicedCounts(NODES, WORDS, most);
        SlicedCounts theirs = new SlicedCounts(NODES, WORDS, most);
        int[][] own = new int[NODES][GROUPS];
        int[][] other = new int[NODES][GROUPS];
        for (int i = 0; i < 20 * NODES * GROUPS; i++) {
            int node = dice.nextInt(NODES);
            int group = dice.nextInt(GROUPS);
            int count = dice.nextInt(most + 1);
            mine.change(node, group, own[node][group], count);
            own[node][group] = count;
            if (dice.nextBoolean()) {
                other[node][group] = theirs.copy(mine, node, group);
                assertThat(other[node][group]).isEqualTo(count);
            }
        }

        for (int node = 0; node < NODES; node++) {
            for (int than = 0; than < NODES; than++) {
                for (int group = 0; group < GROUPS; group++) {
                    assertThat(theirs.any(node, group >> 6) >>> group & 1).isEqualTo(other[node][group] > 0 ? 1 : 0);
                    assertThat(theirs.more(node, mine, than, group >> 6) >>> group & 1)
                            .isEqualTo(other[node][group] > own[than][group] ? 1 : 0);
                }
            }
        }
    }
}
