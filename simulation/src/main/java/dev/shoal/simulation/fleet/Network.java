package dev.shoal.simulation.fleet;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The nodes of a region (machines, then its origins) and the capacity of every link in bytes a second: each node's uplink and
 * downlink, each rack's uplink out and in. Also which machines fail, and how.
 */
final class Network {
    private static final double FLAP_PERIOD = 60;
    private static final double FLAP_LENGTH = 10;

    final int machines;
    final int nodes;
    final double[] capacity;
    /** When a node dies; infinity if it does not. */
    final double[] deadAt;

    private final double firstDeath;
    private final Scenario scenario;
    private final double[] nominal;
    private final int racks;
    private final boolean[] flapping;

    Network(Scenario scenario, int machines, SplittableRandom dice) {
        this.scenario = scenario;
        this.machines = machines;
        nodes = machines + scenario.origins();
        // The origins have a rack of their own.
        racks = (machines + scenario.rackSize() - 1) / scenario.rackSize() + 1;
        capacity = new double[2 * nodes + 2 * racks];
        deadAt = new double[nodes];
        flapping = new boolean[nodes];
        for (int node = 0; node < nodes; node++) {
            boolean origin = isOrigin(node);
            double nic = origin ? scenario.originNic() : scenario.nic();
            if (!origin && dice.nextDouble() < scenario.slow()) {
                nic /= 10;
            }
            capacity[node] = nic;
            capacity[nodes + node] = origin ? nic : Math.min(nic, scenario.disk());
            deadAt[node] = !origin && dice.nextDouble() < scenario.dead()
                    ? dice.nextDouble() * scenario.bound()
                    : Double.POSITIVE_INFINITY;
            flapping[node] = !origin && dice.nextDouble() < scenario.flapping();
        }
        for (int lost = 0; lost < scenario.originsLost(); lost++) {
            deadAt[machines + lost] = scenario.originsLostAt();
        }
        firstDeath = Arrays.stream(deadAt).min().orElse(Double.POSITIVE_INFINITY);
        for (int rack = 0; rack < racks; rack++) {
            double uplink = rack == racks - 1
                    ? scenario.originNic() * scenario.origins()
                    : scenario.nic() * scenario.rackSize() / scenario.rackRatio();
            capacity[2 * nodes + rack] = uplink;
            capacity[2 * nodes + racks + rack] = uplink;
        }
        nominal = capacity.clone();
    }

    boolean isOrigin(int node) {
        return node >= machines;
    }

    int rack(int node) {
        return isOrigin(node) ? racks - 1 : node / scenario.rackSize();
    }

    /** Writes a flow's links: uplink, downlink, then the racks' if it leaves one, else -1. */
    void links(int source, int sink, int[] links, int at) {
        int from = rack(source);
        int to = rack(sink);
        links[at] = source;
        links[at + 1] = nodes + sink;
        links[at + 2] = from == to ? -1 : 2 * nodes + from;
        links[at + 3] = from == to ? -1 : 2 * nodes + racks + to;
    }

    boolean isDead(int node, double now) {
        return now >= firstDeath && now >= deadAt[node];
    }

    /** Takes flapping machines off and on the network: each loses 10 s of a minute, at its own phase. */
    void advance(double now) {
        for (int node = 0; node < nodes; node++) {
            if (flapping[node]) {
                boolean down = (now + node % FLAP_PERIOD) % FLAP_PERIOD < FLAP_LENGTH;
                capacity[node] = down ? 0 : nominal[node];
                capacity[nodes + node] = down ? 0 : nominal[nodes + node];
            }
        }
    }

    /** Whether a transfer leaves its rack. */
    boolean isCrossRack(int source, int sink) {
        return rack(source) != rack(sink);
    }
}
