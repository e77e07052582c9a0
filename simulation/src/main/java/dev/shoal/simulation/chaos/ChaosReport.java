package dev.shoal.simulation.chaos;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a chaos run came to.
 *
 * @param blows that hit, by kind of process and strike
 * @param jobs by status
 * @param retried jobs that needed more than one attempt
 * @param mostAttempts of any job
 * @param downloads artifacts whose digest was checked, over all regions
 * @param releases by status
 * @param settledSeconds from the last submission until everything had ended and healed
 * @param violations what must never happen; empty if all is well
 */
public record ChaosReport(
        long seed,
        int submitted,
        Map<String, Integer> blows,
        Map<String, Integer> jobs,
        int retried,
        @JsonProperty("most_attempts") int mostAttempts,
        int downloads,
        Map<String, Integer> releases,
        @JsonProperty("settled_seconds") double settledSeconds,
        @JsonProperty("wall_seconds") double wallSeconds,
        List<String> violations) {
    public ChaosReport {
        blows = new TreeMap<>(blows);
        jobs = new TreeMap<>(jobs);
        releases = new TreeMap<>(releases);
        violations = List.copyOf(violations);
    }

    /** Whether nothing was violated. */
    public boolean isClean() {
        return violations.isEmpty();
    }

    /** For people. */
    public String text() {
        return """
                chaos with seed %d: %d jobs in %.0f s, settled %.0f s after the last submission
                blows     %s
                jobs      %s; %d retried, at most %d attempts
                releases  %s
                %d artifacts downloaded, their digests compared
                %s
                """.formatted(
                        seed,
                        submitted,
                        wallSeconds,
                        settledSeconds,
                        list(blows),
                        list(jobs),
                        retried,
                        mostAttempts,
                        list(releases),
                        downloads,
                        violations.isEmpty()
                                ? "no violation"
                                : violations.size() + " violations:\n- " + String.join("\n- ", violations));
    }

    private static String list(Map<String, Integer> counts) {
        return counts.isEmpty()
                ? "none"
                : counts.entrySet().stream()
                        .map(count -> count.getValue() + " " + count.getKey())
                        .collect(Collectors.joining(", "));
    }
}
