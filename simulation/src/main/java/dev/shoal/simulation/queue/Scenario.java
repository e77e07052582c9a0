package dev.shoal.simulation.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One episode: the same scenario always runs the same way.
 *
 * @param seed of everything that is not a deed: latencies, losses in a bad network, the moments of side effects
 * @param slots of each host
 * @param deeds in the order of their time
 */
record Scenario(long seed, int hosts, int slots, List<Planned> deeds) {
    Scenario {
        deeds = List.copyOf(deeds);
    }

    /** What is done when. */
    record Planned(Duration at, Deed deed) {}

    /** When the last fault is over. */
    Duration calm() {
        return deeds.stream()
                .map(planned -> planned.at().plus(planned.deed().lasts()))
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    /** The same with other deeds. */
    Scenario with(List<Planned> others) {
        return new Scenario(seed, hosts, slots, others);
    }

    String describe() {
        return "seed " + seed + ", " + hosts + " hosts x " + slots + " slots\n"
                + deeds.stream()
                        .map(planned -> "  " + Trace.stamp(planned.at()) + "  " + planned.deed())
                        .collect(Collectors.joining("\n"));
    }

    /** The scenario of a seed: some jobs, and misfortunes of every kind. */
    static Scenario of(long seed) {
        Dice dice = new Dice(seed * 0x9E3779B97F4A7C15L);
        int hosts = 1 + dice.below(4);
        int slots = 1 + dice.below(3);
        int jobs = 3 + dice.below(hosts * slots * 5);
        Duration span = Duration.ofMinutes(5 + dice.below(40));
        List<Planned> deeds = new ArrayList<>();
        for (int job = 0; job < jobs; job++) {
            deeds.add(new Planned(dice.between(Duration.ZERO, span), submit(dice)));
        }
        int faults = dice.below(12);
        for (int fault = 0; fault < faults; fault++) {
            deeds.add(new Planned(dice.between(Duration.ZERO, span), fault(dice, hosts, jobs)));
        }
        deeds.sort(java.util.Comparator.comparing(Planned::at));
        return new Scenario(seed, hosts, slots, deeds);
    }

    private static Deed submit(Dice dice) {
        return new Deed.Submit(
                dice.chance(300) ? 10 * dice.below(20) : 100,
                dice.between(Duration.ofSeconds(2), Duration.ofMinutes(dice.chance(200) ? 15 : 2)),
                dice.between(Duration.ofSeconds(1), Duration.ofSeconds(60)),
                dice.chance(100),
                dice.chance(100));
    }

    private static Deed fault(Dice dice, int hosts, int jobs) {
        return switch (dice.below(14)) {
            case 0, 1 -> new Deed.Crash(dice.below(hosts), dice.between(Duration.ofSeconds(1), Duration.ofMinutes(3)));
            case 2, 3 ->
                new Deed.Pause(
                        dice.below(hosts),
                        dice.between(Duration.ofSeconds(2), Duration.ofMinutes(dice.chance(200) ? 30 : 3)));
            case 4 -> new Deed.Drain(dice.below(hosts), dice.between(Duration.ofSeconds(1), Duration.ofMinutes(1)));
            case 5 ->
                new Deed.DatabaseAway(
                        dice.between(Duration.ofSeconds(1), Duration.ofMinutes(dice.chance(200) ? 40 : 2)));
            case 6 ->
                new Deed.TemporalAway(
                        dice.between(Duration.ofSeconds(1), Duration.ofMinutes(dice.chance(200) ? 40 : 3)));
            case 7, 8 ->
                new Deed.BadNetwork(10 + dice.below(400), dice.between(Duration.ofSeconds(10), Duration.ofMinutes(10)));
            case 9 -> new Deed.Terminate(dice.below(jobs));
            case 10 -> new Deed.RestartMonitor(dice.below(World.MONITORS));
            case 11 ->
                new Deed.SetClock(
                        dice.below(World.MONITORS), dice.between(Duration.ofMinutes(-60), Duration.ofMinutes(60)));
            default -> new Deed.Cancel(dice.below(jobs));
        };
    }
}
