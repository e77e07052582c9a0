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
        QueueSimulation simulation = new QueueSimulation(Mutation.NONE);
        long start = System.nanoTime();
        return switch (simulation.run(seed, steps)) {
            case QueueSimulation.Result.Kept kept -> {
                System.out.printf(
                        "%,d steps in %,d episodes, %.1f s: every promise kept%n",
                        kept.steps(), kept.episodes(), (System.nanoTime() - start) / 1e9);
                yield 0;
            }
            case QueueSimulation.Result.Broken broken -> {
                System.out.println(simulation.explain(broken));
                yield 1;
            }
        };
    }

    private int trace() {
        Scenario scenario = Scenario.of(seed);
        QueueSimulation.Episode episode = new QueueSimulation(Mutation.NONE).trace(scenario);
        System.out.println(scenario.describe());
        episode.trace().forEach(System.out::println);
        return episode.broken().isPresent() ? 1 : 0;
    }
}
