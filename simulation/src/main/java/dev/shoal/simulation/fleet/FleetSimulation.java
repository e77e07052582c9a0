package dev.shoal.simulation.fleet;

import dev.shoal.model.MachineId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Runs a scenario: the pointer's way, each region's swarm, the waves of activation. Regions share nothing but the pointer, so they
 * run side by side, each with its own dice, and the outcome does not depend on the number of cores.
 */
public final class FleetSimulation {
    private static final double DAY_SPREAD = 1.2;

    private FleetSimulation() {}

    private record Outcome(
            Network network,
            Flip first,
            List<RegionSwarm.Delivery> deliveries,
            RegionSwarm.Traffic traffic,
            List<FleetResult.Course> course) {}

    /** The outcome depends on the scenario, which holds the seed, and on nothing else. */
    public static FleetResult run(String name, Scenario scenario) {
        long start = System.nanoTime();
        List<Release> releases = releases(scenario);
        List<Outcome> outcomes = IntStream.range(0, scenario.regions())
                .parallel()
                .mapToObj(region -> region(scenario, region, releases))
                .toList();
        return result(name, scenario, outcomes, start);
    }

    private record Release(int app, long size, double at) {}

    private static List<Release> releases(Scenario s) {
        SplittableRandom dice = new SplittableRandom(s.seed());
        if (s.deploys() == 0) {
            return IntStream.range(0, s.apps())
                    .mapToObj(app -> new Release(app, s.size(), 0))
                    .toList();
        }
        List<Release> releases = new ArrayList<>();
        double spread = Math.exp(DAY_SPREAD * DAY_SPREAD / 2);
        for (int app = 0; app < s.deploys(); app++) {
            double factor = Math.exp(DAY_SPREAD * normal(dice)) / spread;
            long size = Math.max(s.piece(), Math.min(4 * s.size(), Math.round(s.size() * factor)));
            releases.add(new Release(app, size, s.span() * dice.nextDouble()));
        }
        return List.copyOf(releases);
    }

    private static double normal(SplittableRandom dice) {
        return Math.sqrt(-2 * Math.log(1 - dice.nextDouble())) * Math.cos(2 * Math.PI * dice.nextDouble());
    }

    private static Outcome region(Scenario s, int region, List<Release> releases) {
        SplittableRandom dice = new SplittableRandom(s.seed() * 1_000_003 + region);
        Network network = new Network(s, s.machinesOf(region), dice);
        List<Flip> flips = releases.stream()
                .map(r -> Flip.propagate(s, region, network, r.app(), r.size(), r.at(), dice))
                .toList();
        // New builds are copied into the region's S3 all the time: their mean rate is not there for the seeders.
        double s3 = Math.max(s.s3() / 10, s.s3() - (s.span() > 0 ? s.builds() * (double) s.size() / s.span() : 0));
        Progress progress = new Progress(network, s.deploys() == 0 ? s.bound() / 60 : s.span() / 200);
        RegionSwarm swarm = new RegionSwarm(s, network, flips, s3, progress, dice);
        RegionSwarm.Traffic traffic = swarm.run();
        return new Outcome(network, flips.getFirst(), swarm.deliveries(), traffic, progress.samples());
    }

    private static FleetResult result(String name, Scenario s, List<Outcome> outcomes, long start) {
        Times all = new Times();
        List<FleetResult.Region> regions = new ArrayList<>();
        for (int region = 0; region < outcomes.size(); region++) {
            Times own = new Times();
            outcomes.get(region).deliveries().forEach(own::add);
            all.addAll(own);
            regions.add(new FleetResult.Region(
                    regionName(region),
                    Distribution.of(own.downloaded()),
                    outcomes.get(region).course()));
        }
        Activation activation = activate(s, outcomes);
        double verifying = s.size() / s.verify();
        Distribution downloaded = Distribution.of(all.downloaded());
        Distribution complete = Distribution.of(
                Arrays.stream(all.downloaded()).map(t -> t + verifying).toArray());
        Map<String, Double> bytes = new TreeMap<>();
        bytes.put("s3", outcomes.stream().mapToDouble(o -> o.traffic().s3).sum());
        bytes.put(
                "origins",
                outcomes.stream().mapToDouble(o -> o.traffic().origins).sum());
        bytes.put("peers", outcomes.stream().mapToDouble(o -> o.traffic().peers).sum());
        bytes.put(
                "cross_rack",
                outcomes.stream().mapToDouble(o -> o.traffic().crossRack).sum());
        Distribution active = Distribution.of(activation.activeAt());
        long events = outcomes.stream()
                        .mapToLong(o -> o.traffic().pieces + o.traffic().announces)
                        .sum()
                + all.downloaded().length
                + active.count();
        return new FleetResult(
                name,
                s,
                all.downloaded().length,
                Distribution.of(all.seen()),
                downloaded,
                complete,
                active,
                downloaded.max(),
                s.bound(),
                bytes,
                events,
                outcomes.stream().mapToLong(o -> o.traffic().steps).sum(),
                activation.log(),
                regions,
                (System.nanoTime() - start) / 1e9);
    }

    /** The first release of the scenario goes through its waves; the others only move bytes. */
    private static Activation activate(Scenario s, List<Outcome> outcomes) {
        List<MachineId> machines = new ArrayList<>();
        double[] ready = new double[s.machines()];
        double[] hears = new double[s.machines()];
        double[] deadAt = new double[s.machines()];
        for (int region = 0; region < outcomes.size(); region++) {
            Outcome outcome = outcomes.get(region);
            RegionSwarm.Delivery first = outcome.deliveries().stream()
                    .filter(d -> d.flip().equals(outcome.first()))
                    .findFirst()
                    .orElseThrow();
            for (int node = 0; node < outcome.network().machines; node++) {
                int m = machines.size();
                machines.add(new MachineId(regionName(region) + "-m" + node));
                double since = first.flip().at();
                ready[m] = first.completeAt()[node] - since + first.flip().size() / s.verify();
                hears[m] = s.wanDelay() + s.fanout() / 2;
                deadAt[m] = outcome.network().deadAt[node];
            }
        }
        Activation activation = new Activation(s, machines, new SplittableRandom(s.seed() + 1));
        activation.run(ready, hears, deadAt);
        return activation;
    }

    private static String regionName(int region) {
        return "r" + (region + 1);
    }
}
