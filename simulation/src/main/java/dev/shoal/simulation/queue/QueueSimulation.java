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

        /** {@code shrunk} breaks a promise too, with as few deeds as could be found. */
        record Broken(long steps, long seed, String promise, Scenario shrunk, String shrunkPromise, List<String> trace)
                implements Result {
            /** For people: how to see it again, and what happened. */
            String report() {
                return "BROKEN after " + steps + " steps, seed " + seed + ": " + promise
                        + "\n\nAgain: ./shoal simulate queue"
                        + " --steps 1 --seed " + seed + "\nWith the fewest deeds: " + shrunkPromise + "\n"
                        + shrunk.describe() + "\n\n" + String.join("\n", trace);
            }
        }
    }

    /** Episodes of the seeds from this one on, until so many steps have been made or a promise is broken. */
    Result run(long firstSeed, long steps) {
        long made = 0;
        long seed = firstSeed;
        do {
            Scenario scenario = Scenario.of(seed);
            World world = new World(scenario, mutation, false);
            try {
                made += world.run();
            } catch (BrokenPromise broken) {
                return explain(made + world.timeline().steps(), scenario, broken);
            }
            seed++;
        } while (made < steps);
        return new Result.Kept(made, seed - firstSeed);
    }

    private Result.Broken explain(long steps, Scenario scenario, BrokenPromise broken) {
        Scenario shrunk = shrink(scenario);
        World world = new World(shrunk, mutation, true);
        try {
            world.run();
        } catch (BrokenPromise again) {
            return new Result.Broken(
                    steps,
                    scenario.seed(),
                    message(broken),
                    shrunk,
                    message(again),
                    world.trace().lines());
        }
        throw new IllegalStateException("the simulation is not deterministic: seed " + scenario.seed(), broken);
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
                if (breaks(candidate).isPresent()) {
                    smallest = candidate;
                } else {
                    from += chunk;
                }
            }
        }
        return smallest;
    }

    private Optional<String> breaks(Scenario scenario) {
        try {
            new World(scenario, mutation, false).run();
            return Optional.empty();
        } catch (BrokenPromise broken) {
            return Optional.of(message(broken));
        }
    }
}
