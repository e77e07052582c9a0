package dev.shoal.simulation.load;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.function.Predicate;

/**
 * The age of the oldest queued job while jobs arrived.
 *
 * @param driftSeconds the mean over the last third of that time minus the mean over its first third: near zero when flat
 */
public record QueueAge(
        int samples,
        @JsonProperty("max_seconds") double maxSeconds,
        @JsonProperty("drift_seconds") double driftSeconds) {
    /** Of a load whose last job was submitted after {@code until} seconds. */
    static QueueAge of(List<Sample> course, double until) {
        List<Sample> arriving = course.stream().filter(s -> s.at() <= until).toList();
        double first = mean(arriving, s -> s.at() <= until / 3);
        double last = mean(arriving, s -> s.at() > until * 2 / 3);
        double max = arriving.stream().mapToDouble(Sample::queueAge).max().orElse(0);
        return new QueueAge(arriving.size(), max, last - first);
    }

    private static double mean(List<Sample> course, Predicate<Sample> of) {
        return course.stream()
                .filter(of)
                .mapToDouble(Sample::queueAge)
                .average()
                .orElse(0);
    }
}
