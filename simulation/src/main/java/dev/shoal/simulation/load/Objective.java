package dev.shoal.simulation.load;

import dev.shoal.model.Durations;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a load must reach.
 *
 * @param limit milliseconds at most, or builds a second at least
 */
public record Objective(Metric metric, double limit) {
    private static final Pattern RATE = Pattern.compile("([0-9]{1,6}(?:\\.[0-9]{1,3})?)/s");

    /** What holds on an idle development machine; stated so that a change for the worse shows. */
    static final List<Objective> DEFAULTS = Stream.of(
                    "submit_to_queued_p99=1s",
                    "submit_to_running_p99=5s",
                    "submit_to_replicated_p99=30s",
                    "queue_age_drift=2s")
            .map(Objective::parse)
            .toList();

    /**
     * An objective such as {@code submit_to_running_p99=500ms} or {@code throughput=3/s}.
     *
     * @throws IllegalArgumentException naming what is known
     */
    public static Objective parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw new IllegalArgumentException("not an objective like submit_to_running_p99=500ms: '" + text + "'");
        }
        Metric metric = Metric.ofWire(text.substring(0, equals));
        String value = text.substring(equals + 1);
        if (metric instanceof Metric.Throughput) {
            Matcher rate = RATE.matcher(value);
            if (!rate.matches()) {
                throw new IllegalArgumentException(
                        "the unit of throughput is /s, as in throughput=3/s, not '" + value + "'");
            }
            return new Objective(metric, Double.parseDouble(rate.group(1)));
        }
        try {
            return new Objective(metric, Durations.parse(value).toMillis());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the units of " + metric.wire() + " are ms, s, m and h, as in 500ms, not '" + value + "'", e);
        }
    }

    /** Whether a load reached it, and by how much not. */
    Verdict judge(Collection<Journey> journeys, QueueAge age, double buildsPerSecond) {
        OptionalDouble measured = metric.measured(journeys, age, buildsPerSecond);
        boolean more = metric instanceof Metric.Throughput;
        if (measured.isEmpty()) {
            return new Verdict(text(), false, "nothing was measured");
        }
        double value = measured.getAsDouble();
        double beyond = more ? limit - value : value - limit;
        String by = beyond <= 0 ? "" : ", missed by " + figure(beyond);
        return new Verdict(text(), beyond <= 0, figure(value) + by);
    }

    private String text() {
        return metric.wire() + (metric instanceof Metric.Throughput ? " >= " : " <= ") + figure(limit);
    }

    private String figure(double value) {
        return metric instanceof Metric.Throughput
                ? String.format(Locale.ROOT, "%.2f/s", value)
                : String.format(Locale.ROOT, "%,.0f ms", value);
    }

    /** What came of an objective; {@code measured} is for people. */
    public record Verdict(String objective, boolean met, String measured) {
        /** A line. */
        String text() {
            return (met ? "met     " : "MISSED  ") + objective + ": " + measured;
        }
    }
}
