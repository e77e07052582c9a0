package dev.shoal.simulation.fleet;

import java.util.Arrays;

/**
 * Max-min fair rates of flows over shared links, by freezing all flows of every local bottleneck at once: a link whose share is the
 * least of all links of each of its flows. Exact when it converges within {@code rounds}; what is left then gets the share of its
 * narrowest link, which no link exceeds. Not thread-safe: keeps its arrays.
 */
final class FairShare {
    private static final double SLACK = 1 + 1e-9;

    private final int rounds;
    private final double[] left;
    private final int[] open;
    private final double[] share;
    private final double[] least;
    /** Of each link: its share if it is the least of all links of each of its flows. */
    private final double[] settled;

    /** Links with flows that have no rate yet. */
    private final int[] live;

    private int alive;
    private int[] waiting = new int[0];
    private double[] narrowest = new double[0];

    FairShare(int links, int rounds) {
        this.rounds = rounds;
        left = new double[links];
        open = new int[links];
        share = new double[links];
        least = new double[links];
        settled = new double[links];
        live = new int[links];
    }

    /**
     * Sets {@code rate} of the first {@code count} flows.
     *
     * @param links four a flow; -1 where there is none
     */
    void solve(int[] links, int count, double[] capacity, double[] rate) {
        System.arraycopy(capacity, 0, left, 0, left.length);
        Arrays.fill(open, 0);
        if (waiting.length < count) {
            waiting = new int[count * 2];
            narrowest = new double[count * 2];
        }
        for (int f = 0; f < count; f++) {
            waiting[f] = f;
            for (int l = 4 * f; l < 4 * f + 4 && links[l] >= 0; l++) {
                open[links[l]]++;
            }
        }
        alive = left.length;
        Arrays.setAll(live, l -> l);
        int n = count;
        for (int round = 0; round < rounds && n > 0; round++) {
            shares();
            narrow(links, n);
            settle();
            n = freeze(links, n, rate);
        }
        shares();
        narrow(links, n);
        for (int i = 0; i < n; i++) {
            rate[waiting[i]] = narrowest[i];
        }
    }

    private void shares() {
        int kept = 0;
        for (int i = 0; i < alive; i++) {
            int l = live[i];
            if (open[l] > 0) {
                share[l] = Math.max(0, left[l]) / open[l];
                least[l] = Double.MAX_VALUE;
                live[kept++] = l;
            }
        }
        alive = kept;
    }

    private void narrow(int[] links, int n) {
        for (int i = 0; i < n; i++) {
            int at = 4 * waiting[i];
            double min = Math.min(share[links[at]], share[links[at + 1]]);
            if (links[at + 2] >= 0) {
                min = Math.min(min, Math.min(share[links[at + 2]], share[links[at + 3]]));
            }
            narrowest[i] = min;
            for (int l = at; l < at + 4 && links[l] >= 0; l++) {
                least[links[l]] = Math.min(least[links[l]], min);
            }
        }
    }

    private void settle() {
        for (int i = 0; i < alive; i++) {
            int l = live[i];
            settled[l] = least[l] * SLACK >= share[l] ? share[l] : Double.MAX_VALUE;
        }
    }

    private int freeze(int[] links, int n, double[] rate) {
        int kept = 0;
        for (int i = 0; i < n; i++) {
            int flow = waiting[i];
            double min = narrowest[i];
            if (isBottlenecked(links, 4 * flow, min * SLACK)) {
                rate[flow] = min;
                for (int l = 4 * flow; l < 4 * flow + 4 && links[l] >= 0; l++) {
                    left[links[l]] -= min;
                    open[links[l]]--;
                }
            } else {
                waiting[kept++] = flow;
            }
        }
        return kept;
    }

    private boolean isBottlenecked(int[] links, int at, double limit) {
        return settled[links[at]] <= limit
                || settled[links[at + 1]] <= limit
                || (links[at + 2] >= 0 && (settled[links[at + 2]] <= limit || settled[links[at + 3]] <= limit));
    }
}
