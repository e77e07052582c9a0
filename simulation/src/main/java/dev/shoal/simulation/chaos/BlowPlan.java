package dev.shoal.simulation.chaos;

import dev.shoal.simulation.chaos.Blow.Strike;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Which blows fall when: pure, the same for the same seed and processes. */
final class BlowPlan {
    /** Shorter and longer than each time-out of the workflows, which end at 20 s. */
    private static final Duration SHORTEST_FREEZE = Duration.ofSeconds(1);

    private static final Duration LONGEST_FREEZE = Duration.ofSeconds(35);

    /** Kills are to freezes as two to one. */
    private static final int KILLS_OF_THREE = 2;

    private BlowPlan() {}

    /** Kinds take turns in random order, so that every one is hit, whatever number of processes it has. */
    static List<Blow> of(long seed, Duration length, Duration every, Map<String, List<String>> processesByKind) {
        if (processesByKind.isEmpty() || every.isZero() || every.isNegative()) {
            throw new IllegalArgumentException("a plan needs processes and a positive pace, got " + every);
        }
        Random random = new Random(seed);
        Map<String, List<String>> kinds = new TreeMap<>(processesByKind);
        List<String> turn = new ArrayList<>();
        List<Blow> blows = new ArrayList<>();
        long at = 0;
        while (true) {
            at += (long) (every.toMillis() * (0.5 + random.nextDouble()));
            if (at >= length.toMillis()) {
                return List.copyOf(blows);
            }
            if (turn.isEmpty()) {
                turn.addAll(kinds.keySet());
                Collections.shuffle(turn, random);
            }
            String kind = turn.removeLast();
            List<String> processes =
                    kinds.getOrDefault(kind, List.of()).stream().sorted().toList();
            String process = processes.get(random.nextInt(processes.size()));
            blows.add(blow(random, at, process, kind));
        }
    }

    private static Blow blow(Random random, long at, String process, String kind) {
        boolean kill = random.nextInt(3) < KILLS_OF_THREE;
        long freeze = SHORTEST_FREEZE.toMillis()
                + (long) (random.nextDouble()
                        * LONGEST_FREEZE.minus(SHORTEST_FREEZE).toMillis());
        return new Blow(
                Duration.ofMillis(at),
                process,
                kind,
                kill ? Strike.KILL : Strike.FREEZE,
                kill ? Duration.ZERO : Duration.ofMillis(freeze));
    }
}
