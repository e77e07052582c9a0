package dev.shoal.simulation.queue;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/** Everything that is left to chance, from one seed. */
final class Dice {
    private final SplittableRandom random;

    Dice(long seed) {
        this.random = new SplittableRandom(seed);
    }

    boolean chance(int permille) {
        return random.nextInt(1000) < permille;
    }

    /** Within 0 and {@code bound} - 1. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    Duration between(Duration least, Duration most) {
        return Duration.ofNanos(random.nextLong(least.toNanos(), most.toNanos() + 1));
    }

    <T> T pick(List<T> from) {
        return from.get(below(from.size()));
    }
}
