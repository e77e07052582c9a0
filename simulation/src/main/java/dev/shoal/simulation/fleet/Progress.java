package dev.shoal.simulation.fleet;

import java.util.ArrayList;
import java.util.List;

/** How far a region was over time: the mean, and a few machines spread over it. */
final class Progress {
    /** Machines a region whose course is kept, for the heat strip. */
    static final int WATCHED = 12;

    private final Network network;
    private final double interval;
    private final List<FleetResult.Course> samples = new ArrayList<>();
    private double next;

    Progress(Network network, double interval) {
        this.network = network;
        this.interval = interval;
    }

    void sample(double now, List<Torrent> active) {
        if (now < next || active.isEmpty()) {
            return;
        }
        next = now + interval;
        double sum = 0;
        for (Torrent torrent : active) {
            for (int node = 0; node < network.machines; node++) {
                sum += torrent.share(node);
            }
        }
        List<Double> watched = new ArrayList<>();
        for (int i = 0; i < WATCHED; i++) {
            int node = (int) ((long) i * network.machines / WATCHED);
            watched.add(
                    active.stream().mapToDouble(t -> t.share(node)).average().orElse(0));
        }
        samples.add(new FleetResult.Course(now, sum / network.machines / active.size(), List.copyOf(watched)));
    }

    List<FleetResult.Course> samples() {
        return List.copyOf(samples);
    }
}
