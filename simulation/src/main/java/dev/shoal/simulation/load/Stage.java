package dev.shoal.simulation.load;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** The way from one point to another. */
public record Stage(Point from, Point to) {
    /** One after the other; output and upload both follow the start of the command. */
    public static final List<Stage> STEPS = List.of(
            new Stage(Point.SUBMIT, Point.QUEUED),
            new Stage(Point.QUEUED, Point.CLAIMED),
            new Stage(Point.CLAIMED, Point.RUNNING),
            new Stage(Point.RUNNING, Point.FIRST_OUTPUT),
            new Stage(Point.RUNNING, Point.UPLOADED),
            new Stage(Point.UPLOADED, Point.REPLICATED),
            new Stage(Point.REPLICATED, Point.RELEASED),
            new Stage(Point.RELEASED, Point.ACTIVE));

    /** What a user waits for. */
    public static final List<Stage> WAITS = List.of(
            new Stage(Point.SUBMIT, Point.RUNNING),
            new Stage(Point.SUBMIT, Point.FIRST_OUTPUT),
            new Stage(Point.SUBMIT, Point.REPLICATED),
            new Stage(Point.SUBMIT, Point.ACTIVE));

    public Stage {
        if (from.compareTo(to) >= 0) {
            throw new IllegalArgumentException(from.wire() + " does not come before " + to.wire());
        }
    }

    /** As in an objective's name. */
    public String wire() {
        return from.wire() + "_to_" + to.wire();
    }

    /** Over the jobs that came to both points. */
    public Percentiles over(Collection<Journey> journeys) {
        return Percentiles.of(journeys.stream()
                .map(j -> j.between(from, to))
                .filter(OptionalLong::isPresent)
                .map(OptionalLong::getAsLong)
                .toList());
    }

    /** Of each by its name, in order. */
    static Map<String, Percentiles> percentiles(List<Stage> stages, Collection<Journey> journeys) {
        Map<String, Percentiles> result = new LinkedHashMap<>();
        stages.forEach(stage -> result.put(stage.wire(), stage.over(journeys)));
        return result;
    }
}
