package dev.shoal.simulation.bench.deploy;

import dev.shoal.simulation.stack.Signals;
import dev.shoal.simulation.stack.StackFile;
import dev.shoal.simulation.stack.StackFile.StackProcess;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** {@code kill -9} of processes that a release goes through; the supervisor starts them again. Confined to one thread. */
final class Kills {
    /** All that bytes and pointers pass through, and the machines themselves. */
    private static final Set<String> KINDS = Set.of("machine", "region", "consul", "s3");

    private final Signals signals;
    private final RandomGenerator dice;
    private final PrintStream progress;
    private final Map<String, Integer> fallen = new TreeMap<>();

    Kills(Signals signals, RandomGenerator dice, PrintStream progress) {
        this.signals = signals;
        this.dice = dice;
        this.progress = progress;
    }

    /** Kills one: any with the same chance. */
    void one(StackFile stack) {
        List<StackProcess> all =
                stack.processes().stream().filter(p -> KINDS.contains(p.kind())).toList();
        StackProcess victim = all.get(dice.nextInt(all.size()));
        boolean hit = signals.kill(victim.name());
        progress.println("kill -9 " + victim.name() + (hit ? "" : ": was not running"));
        if (hit) {
            fallen.merge(victim.kind(), 1, Integer::sum);
        }
    }

    /** How many were hit, by kind. */
    Map<String, Integer> fallen() {
        return Map.copyOf(fallen);
    }
}
