package dev.shoal.simulation.fleet;

import java.util.SplittableRandom;

/**
 * A pointer that was flipped, and how it reaches the machines of one region.
 *
 * @param at when, in seconds of virtual time
 * @param seenAt per node of the region: when it has the pointer
 */
record Flip(int app, long size, double at, double[] seenAt) {
    /** Region agents ask again after at most so long when the global datacenter was away. */
    private static final double RETRY = 10;

    /** When the earliest node begins. */
    double firstSeen() {
        double first = Double.POSITIVE_INFINITY;
        for (double seen : seenAt) {
            first = Math.min(first, seen);
        }
        return first;
    }

    /** Through the global Consul over the WAN into the region, and from the region's Consul to each watcher. */
    static Flip propagate(
            Scenario s, int region, Network network, int app, long size, double at, SplittableRandom dice) {
        double entered = at + s.wanDelay() * (1 + dice.nextDouble());
        if (region < s.partitioned()) {
            entered = Math.max(entered, s.partition() + RETRY * dice.nextDouble());
        }
        double[] seen = new double[network.nodes];
        for (int node = 0; node < network.nodes; node++) {
            seen[node] = entered + s.latency() + (network.isOrigin(node) ? 0 : s.fanout() * dice.nextDouble());
            if (!network.isOrigin(node) && dice.nextDouble() < s.late()) {
                seen[node] += s.lateBy() * dice.nextDouble();
            }
        }
        return new Flip(app, size, at, seen);
    }
}
