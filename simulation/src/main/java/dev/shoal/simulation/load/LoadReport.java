package dev.shoal.simulation.load;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.shoal.model.job.JobStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a load came to.
 *
 * @param byStatus jobs per final status; {@code open} counts those that had not ended by the deadline
 * @param retried jobs that needed more than one attempt
 * @param doubled job ids that two builds, or two jobs that one build, belong to: must be empty
 * @param stages percentiles per stage, in order
 */
public record LoadReport(
        int submitted,
        @JsonProperty("by_status") Map<String, Integer> byStatus,
        int retried,
        List<String> doubled,
        @JsonProperty("wall_seconds") double wallSeconds,
        Map<String, Percentiles> stages) {
    /** The key of {@link #byStatus} for jobs that had not ended. */
    public static final String OPEN = "open";

    public LoadReport {
        byStatus = Map.copyOf(byStatus);
        doubled = List.copyOf(doubled);
        stages = new LinkedHashMap<>(stages);
    }

    /** Whether every job ended in success and none was built twice. */
    public boolean isClean() {
        return doubled.isEmpty() && byStatus.getOrDefault(JobStatus.SUCCESS.wire(), 0) == submitted;
    }

    /** The aligned table. */
    public String text() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%d builds in %.1f s: %s, %d retried, %d double claims",
                submitted,
                wallSeconds,
                statuses(),
                retried,
                doubled.size()));
        lines.add(String.format("%-16s %6s %9s %9s %9s %9s", "stage (ms)", "n", "p50", "p90", "p99", "max"));
        stages.forEach((stage, p) -> lines.add(
                String.format("%-16s %6d %9d %9d %9d %9d", stage, p.count(), p.p50(), p.p90(), p.p99(), p.max())));
        return String.join("\n", lines) + "\n";
    }

    private String statuses() {
        return byStatus.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(e -> e.getValue() + " " + e.getKey())
                .reduce((a, b) -> a + ", " + b)
                .orElse("none");
    }
}
