package dev.shoal.simulation.fleet;

import java.util.List;
import java.util.Map;

/**
 * What came out. All but {@code wallSeconds} depends on the scenario alone.
 *
 * @param deliveries machines times releases
 * @param makespan flip to the last machine that completed, in seconds
 * @param bound the least that any protocol needs; see {@link Scenario#bound}
 * @param bytes by source: {@code s3} to region agents, {@code origins} to machines, {@code peers}, of which {@code cross_rack}
 * @param events pieces delivered, announces, pointers seen, activations
 */
public record FleetResult(
        String name,
        Scenario scenario,
        int deliveries,
        Distribution seen,
        Distribution downloaded,
        Distribution complete,
        Distribution active,
        double makespan,
        double bound,
        Map<String, Double> bytes,
        long events,
        long steps,
        List<String> waves,
        List<Region> regions,
        double wallSeconds) {
    public FleetResult {
        bytes = Map.copyOf(bytes);
        waves = List.copyOf(waves);
        regions = List.copyOf(regions);
    }

    /**
     * A region of the fleet.
     *
     * @param course how far it was over time
     */
    public record Region(String name, Distribution downloaded, List<Course> course) {
        public Region {
            course = List.copyOf(course);
        }
    }

    /** What share of the bytes had arrived: over all machines of a region, and at some of them. */
    public record Course(double at, double mean, List<Double> watched) {
        public Course {
            watched = List.copyOf(watched);
        }
    }
}
