package dev.shoal.simulation.bench.swarm;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** What origins send and machines receive and send, second by second, for people who look for what a swarm waits for. */
final class Trace {
    private static final long STEP = TimeUnit.SECONDS.toNanos(1);

    private final Testbed testbed;
    private final int origins;
    private final int machines;
    private final PrintStream out;
    private long lookedAt = System.nanoTime();
    private long[] before;

    Trace(Testbed testbed, int origins, int machines, PrintStream out) throws IOException, InterruptedException {
        this.testbed = testbed;
        this.origins = origins;
        this.machines = machines;
        this.out = out;
        this.before = counts();
    }

    /** Prints a line if a second has passed. */
    void look(double secondsSinceFlip, int left) throws IOException, InterruptedException {
        long now = System.nanoTime();
        if (now - lookedAt < STEP) {
            return;
        }
        long[] counts = counts();
        double seconds = (now - lookedAt) / 1e9;
        out.printf(
                Locale.ROOT,
                "%6.1f s: an origin sends %5.2f MiB/s, a machine receives %5.2f and sends %5.2f; %d are not done%n",
                secondsSinceFlip,
                rate(counts, 0, origins, seconds),
                rate(counts, 1, machines, seconds),
                rate(counts, 2, machines, seconds),
                left);
        lookedAt = now;
        before = counts;
    }

    private double rate(long[] counts, int index, int hosts, double seconds) {
        return (counts[index] - before[index]) / seconds / hosts / (1 << 20);
    }

    private long[] counts() throws IOException, InterruptedException {
        long[] counts = new long[3];
        for (int host = 0; host < origins; host++) {
            counts[0] += testbed.sent(host);
        }
        for (int host = origins; host < origins + machines; host++) {
            counts[1] += testbed.received(host);
            counts[2] += testbed.sent(host);
        }
        return counts;
    }
}
