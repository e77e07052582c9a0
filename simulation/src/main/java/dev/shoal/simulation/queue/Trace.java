package dev.shoal.simulation.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** What happened, a line an event, for people and for comparison. Costs nothing while it is off. */
final class Trace {
    private final Timeline timeline;
    private final boolean on;
    private final List<String> lines = new ArrayList<>();

    Trace(Timeline timeline, boolean on) {
        this.timeline = timeline;
        this.on = on;
    }

    void say(String who, Supplier<String> what) {
        if (on) {
            lines.add("%s  %-10s %s".formatted(stamp(timeline.elapsed()), who, what.get()));
        }
    }

    List<String> lines() {
        return List.copyOf(lines);
    }

    static String stamp(Duration at) {
        return "%d:%02d:%02d.%03d".formatted(at.toHours(), at.toMinutesPart(), at.toSecondsPart(), at.toMillisPart());
    }
}
