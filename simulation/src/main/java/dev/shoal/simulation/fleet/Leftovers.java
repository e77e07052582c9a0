package dev.shoal.simulation.fleet;

import java.util.Arrays;

/**
 * What links could have carried in a step but did not, because a flow ran dry before its end: they carry it in the next one. Without
 * this, long steps would waste what short ones use. For one thread.
 */
final class Leftovers {
    private final double[] bytes;
    private final double[] capacity;

    Leftovers(int links) {
        bytes = new double[links];
        capacity = new double[links];
    }

    /** Each link's capacity for a step of this length, at most twice its own. Begins to gather anew. The array is reused. */
    double[] onTopOf(double[] own, double step) {
        for (int l = 0; l < own.length; l++) {
            capacity[l] = own[l] + Math.min(own[l], bytes[l] / step);
        }
        Arrays.fill(bytes, 0);
        return capacity;
    }

    /** A flow over the four links from {@code at} on, -1 for none, could have moved so many bytes more. */
    void add(int[] links, int at, double unused) {
        for (int l = at; l < at + 4 && links[l] >= 0; l++) {
            bytes[links[l]] += unused;
        }
    }
}
