package dev.shoal.simulation.queue;

import dev.shoal.activities.jobs.JobStore;
import dev.shoal.activities.jobs.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The way to the database: away, or, in a bad network, losing a statement or only its answer. */
final class SimulatedDatabase {
    private final Timeline timeline;
    private final Network network;
    private final Dice dice;
    private int away;

    SimulatedDatabase(Timeline timeline, Network network, Dice dice) {
        this.timeline = timeline;
        this.network = network;
        this.dice = dice;
    }

    void goAway(Duration howLong) {
        away++;
        timeline.after(howLong, () -> away--);
    }

    /** The store as somebody sees it from afar. */
    JobStore via(JobStore store) {
        return new ForwardingJobStore(store) {
            @Override
            <T> T read(Supplier<T> call) {
                return reach(call);
            }

            @Override
            <T> T write(Supplier<T> call) {
                return reach(call);
            }
        };
    }

    /** Runs the statement, or throws {@link StoreException}: then it may have run all the same. */
    <T> T reach(Supplier<T> statement) {
        if (away > 0) {
            throw new StoreException("a statement", new IOException("connection refused"));
        }
        boolean lost = network.loses();
        boolean arrives = !lost || dice.chance(500);
        @Nullable T answer = arrives ? statement.get() : null;
        if (lost || answer == null) {
            throw new StoreException("a statement", new IOException("connection reset"));
        }
        return answer;
    }
}
