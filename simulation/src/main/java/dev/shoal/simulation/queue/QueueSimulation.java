package dev.shoal.simulation.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs episodes, and makes a broken promise readable. */
final class QueueSimulation {
    private final Mutation mutation;

    QueueSimulation(Mutation mutation) {
        this.mutation = mutation;
    }

    /** What came of it. {@code steps} are those of all episodes that ran. */
    sealed interface Result {
        long steps();

        record Kept(long steps, long episodes) implements Result {}

        /** In the scenario's episode a promise was broken. */
        record Broken(long steps, Scenario scenario, String promise) implements Result {}
    }

    /** Episodes of the seeds from this one on, until so many steps have been made or a promise is broken. */
    Result run(long firstSeed, long steps) {
        long made = 0;
        long seed = firstSeed;
        do {
            World world = new World(Scenario.of(seed), mutation, false);
            try {
                made += world.run();
            } catch (BrokenPromise broken) {
                return new Result.Broken(made + world.timeline().steps(), Scenario.of(seed), message(broken));
            }
            seed++;
        } while (made < steps);
        return new Result.Kept(made, seed - firstSeed);
    }

    /** For people: how to see it again, the fewest deeds that break a promise too, and what happened then. */
    String explain(Result.Broken broken) {
        Scenario shrunk = shrink(broken.scenario());
        Episode episode = trace(shrunk);
        return "BROKEN after %,d steps, seed %d: %s%n%nAgain: ./shoal simulate queue --steps 1 --seed %d%nWith the fewest deeds: %s%n%s%n%n%s"
                .formatted(
                        broken.steps(),
                        broken.scenario().seed(),
                        broken.promise(),
                        broken.scenario().seed(),
                        episode.broken().orElse("no promise is broken: the simulation is not deterministic"),
                        shrunk.describe(),
                        String.join("\n", episode.trace()));
    }

    /** What happened in one episode. */
    record Episode(List<String> trace, Optional<String> broken) {}

    /** Runs one scenario and says what happened. */
    Episode trace(Scenario scenario) {
        World world = new World(scenario, mutation, true);
        try {
            world.run();
            return new Episode(world.trace().lines(), Optional.empty());
        } catch (BrokenPromise broken) {
            return new Episode(world.trace().lines(), Optional.of(message(broken)));
        }
    }

    private static String message(BrokenPromise broken) {
        return String.valueOf(broken.getMessage());
    }

    /** Leaves out deeds, many at a time and then one by one, as long as some promise is still broken. */
    private Scenario shrink(Scenario scenario) {
        Scenario smallest = scenario;
        for (int chunk = Math.max(1, scenario.deeds().size() / 2); chunk >= 1; chunk /= 2) {
            int from = 0;
            while (from < smallest.deeds().size()) {
                List<Scenario.Planned> fewer = new ArrayList<>(smallest.deeds());
                fewer.subList(from, Math.min(fewer.size(), from + chunk)).clear();
                Scenario candidate = smallest.with(fewer);
                if (breaks(candidate)) {
                    smallest = candidate;
                } else {
                    from += chunk;
                }
            }
        }
        return smallest;
    }

    private boolean breaks(Scenario scenario) {
        try {
            new World(scenario, mutation, false).run();
            return false;
        } catch (BrokenPromise broken) {
            return true;
        }
    }
}
