package dev.shoal.simulation.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FairShareTest {
    @Test
    void whatANarrowLinkLeavesGoesToTheOthers() {
        double[] rate = new double[3];

        // Links: 0 of 10, shared by all; 1 of 2, of the first flow; 2 wide.
        new FairShare(3, 10)
                .solve(new int[] {0, 1, -1, -1, 0, 2, -1, -1, 0, 2, -1, -1}, 3, new double[] {10, 2, 100}, rate);

        assertThat(rate).containsExactly(new double[] {2, 4, 4}, within(1e-9));
    }

    @Test
    void everyFlowHasAFullLinkOnWhichNobodyGetsMore() {
        for (int seed = 0; seed < 200; seed++) {
            SplittableRandom dice = new SplittableRandom(seed);
            int links = 12;
            int flows = 40;
            double[] capacity = dice.doubles(links, 1, 10).toArray();
            int[] path = new int[4 * flows];
            for (int f = 0; f < flows; f++) {
                path[4 * f] = dice.nextInt(6);
                path[4 * f + 1] = 6 + dice.nextInt(6);
                path[4 * f + 2] = -1;
                path[4 * f + 3] = -1;
            }
            double[] rate = new double[flows];

            new FairShare(links, 100).solve(path, flows, capacity, rate);

            double[] used = new double[links];
            double[] most = new double[links];
            for (int f = 0; f < flows; f++) {
                for (int l = 4 * f; l < 4 * f + 2; l++) {
                    used[path[l]] += rate[f];
                    most[path[l]] = Math.max(most[path[l]], rate[f]);
                }
            }
            for (int f = 0; f < flows; f++) {
                boolean bottlenecked = false;
                for (int l = 4 * f; l < 4 * f + 2; l++) {
                    assertThat(used[path[l]]).as("seed %d", seed).isLessThanOrEqualTo(capacity[path[l]] * (1 + 1e-6));
                    bottlenecked |=
                            used[path[l]] >= capacity[path[l]] * (1 - 1e-6) && rate[f] >= most[path[l]] * (1 - 1e-6);
                }
                assertThat(bottlenecked).as("seed %d, flow %d", seed, f).isTrue();
            }
        }
    }
}
