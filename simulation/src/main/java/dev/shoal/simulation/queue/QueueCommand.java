package dev.shoal.simulation.queue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./shoal simulate queue}. Exits 1 if a promise is broken, with a trace that can be run again. */
@Command(
        name = "queue",
        mixinStandardHelpOptions = true,
        description =
                "Queue, tickets, hosts and monitors on a virtual clock, with faults; the promises are checked after every step.")
public final class QueueCommand implements Callable<Integer> {
    @Option(names = "--steps", description = "at least so many (default ${DEFAULT-VALUE})")
    private long steps = 1_000_000;

    @Option(names = "--seed", description = "of the first episode (default ${DEFAULT-VALUE})")
    private long seed = 1;

    @Option(names = "--trace", description = "print what happens in the episode of the seed, and nothing else")
    private boolean trace;

    @Override
    public Integer call() {
        // Outages are the point here: what the production's code warns of would be most of the output.
        ((Logger) LoggerFactory.getLogger("dev.shoal")).setLevel(Level.OFF);
        if (trace) {
            return trace();
        }
        long start = System.nanoTime();
        QueueSimulation.Result result = new QueueSimulation(Mutation.NONE).run(seed, steps);
        switch (result) {
            case QueueSimulation.Result.Kept kept ->
                System.out.printf(
                        "%,d steps in %,d episodes, %.1f s: every promise kept%n",
                        kept.steps(), kept.episodes(), (System.nanoTime() - start) / 1e9);
            case QueueSimulation.Result.Broken broken -> System.out.println(broken.report());
        }
        return result instanceof QueueSimulation.Result.Kept ? 0 : 1;
    }

    private int trace() {
        Scenario scenario = Scenario.of(seed);
        World world = new World(scenario, Mutation.NONE, true);
        System.out.println(scenario.describe());
        try {
            world.run();
            return 0;
        } catch (BrokenPromise broken) {
            return 1;
        } finally {
            world.trace().lines().forEach(System.out::println);
        }
    }
}
