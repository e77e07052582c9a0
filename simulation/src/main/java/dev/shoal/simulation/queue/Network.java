package dev.shoal.simulation.queue;

import java.time.Duration;

/** How long messages take and whether they arrive: milliseconds and always, unless the network is bad. */
final class Network {
    private static final Duration FAST = Duration.ofMillis(1);
    private static final Duration USUAL = Duration.ofMillis(40);
    private static final Duration SLOW = Duration.ofSeconds(5);
    private static final Duration AGES = Duration.ofSeconds(90);

    private final Timeline timeline;
    private final Dice dice;
    private int bad;
    private int loss;

    Network(Timeline timeline, Dice dice) {
        this.timeline = timeline;
        this.dice = dice;
    }

    void turnBad(int lossPermille, Duration away) {
        bad++;
        loss = lossPermille;
        timeline.after(away, () -> bad--);
    }

    boolean loses() {
        return bad > 0 && dice.chance(loss);
    }

    Duration latency() {
        if (bad == 0) {
            return dice.between(FAST, USUAL);
        }
        return dice.chance(50) ? dice.between(SLOW, AGES) : dice.between(FAST, SLOW);
    }

    /** Delivers after a while, later messages before earlier ones if it so happens; or never. */
    void send(Runnable delivery) {
        if (!loses()) {
            timeline.after(latency(), delivery);
        }
    }
}
