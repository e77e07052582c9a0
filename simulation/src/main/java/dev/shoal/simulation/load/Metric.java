package dev.shoal.simulation.load;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What an objective is about. Durations are in milliseconds, the throughput in builds a second. */
public sealed interface Metric {
    /** What was measured; empty if nothing was. */
    OptionalDouble measured(Collection<Journey> journeys, QueueAge age, double buildsPerSecond);

    /** Its name in an objective. */
    String wire();

    /** A statistic of a latency. */
    enum Statistic {
        P50,
        P90,
        P99,
        MAX
    }

    /** A latency between two points. */
    record Latency(Stage stage, Statistic statistic) implements Metric {
        @Override
        public OptionalDouble measured(Collection<Journey> journeys, QueueAge age, double buildsPerSecond) {
            Percentiles p = stage.over(journeys);
            if (p.count() == 0) {
                return OptionalDouble.empty();
            }
            return OptionalDouble.of(
                    switch (statistic) {
                        case P50 -> (double) p.p50();
                        case P90 -> (double) p.p90();
                        case P99 -> (double) p.p99();
                        case MAX -> (double) p.max();
                    });
        }

        @Override
        public String wire() {
            return stage.wire() + "_" + statistic.name().toLowerCase(Locale.ROOT);
        }
    }

    /** The age of the oldest queued job, at its worst. */
    record QueueAgeMax() implements Metric {
        @Override
        public OptionalDouble measured(Collection<Journey> journeys, QueueAge age, double buildsPerSecond) {
            return age.samples() == 0 ? OptionalDouble.empty() : OptionalDouble.of(age.maxSeconds() * 1000);
        }

        @Override
        public String wire() {
            return "queue_age_max";
        }
    }

    /** By how much that age grew: zero when the stack keeps up. */
    record QueueAgeDrift() implements Metric {
        @Override
        public OptionalDouble measured(Collection<Journey> journeys, QueueAge age, double buildsPerSecond) {
            return age.samples() == 0 ? OptionalDouble.empty() : OptionalDouble.of(age.driftSeconds() * 1000);
        }

        @Override
        public String wire() {
            return "queue_age_drift";
        }
    }

    /** Builds a second that ended in success. The only one of which more is better. */
    record Throughput() implements Metric {
        @Override
        public OptionalDouble measured(Collection<Journey> journeys, QueueAge age, double buildsPerSecond) {
            return OptionalDouble.of(buildsPerSecond);
        }

        @Override
        public String wire() {
            return "throughput";
        }
    }

    /** The inverse of {@link #wire()}. @throws IllegalArgumentException naming those that are known */
    static Metric ofWire(String name) {
        for (Metric metric : List.of(new QueueAgeMax(), new QueueAgeDrift(), new Throughput())) {
            if (metric.wire().equals(name)) {
                return metric;
            }
        }
        Matcher matcher = Names.LATENCY.matcher(name);
        if (matcher.matches()) {
            Point from = Point.valueOf(matcher.group(1).toUpperCase(Locale.ROOT));
            Point to = Point.valueOf(matcher.group(2).toUpperCase(Locale.ROOT));
            if (from.compareTo(to) < 0) {
                return new Latency(
                        new Stage(from, to), Statistic.valueOf(matcher.group(3).toUpperCase(Locale.ROOT)));
            }
        }
        throw new IllegalArgumentException("unknown objective '" + name
                + "'; known are queue_age_max, queue_age_drift, throughput and FROM_to_TO_STATISTIC, FROM before TO of "
                + Arrays.stream(Point.values()).map(Point::wire).collect(Collectors.joining(", "))
                + ", STATISTIC one of p50, p90, p99, max");
    }

    /** How the names of latencies look. */
    final class Names {
        private static final String POINT =
                Arrays.stream(Point.values()).map(Point::wire).collect(Collectors.joining("|", "(", ")"));
        private static final Pattern LATENCY = Pattern.compile(POINT + "_to_" + POINT + "_(p50|p90|p99|max)");

        private Names() {}
    }
}
