package dev.shoal.simulation.load;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.shoal.model.job.JobStatus;
import dev.shoal.simulation.chaos.ChaosReport;
import dev.shoal.simulation.load.Objective.Verdict;
import dev.shoal.simulation.load.probe.Histories;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a load came to.
 *
 * @param byStatus jobs per final status; {@link #OPEN} counts those that had not ended by the deadline
 * @param retried jobs that needed more than one attempt
 * @param doubled job ids that two builds, or two jobs that one build, belong to: must be empty
 * @param arriving seconds from the first submission to the last
 * @param buildsPerSecond from the first submission to the last success
 * @param stages from point to point
 * @param waits from the submission on
 * @param histories mean lengths by workflow
 * @param cpuSecondsPerBuild by kind of process, children included
 */
public record LoadReport(
        String profile,
        int submitted,
        @JsonProperty("by_status") Map<String, Integer> byStatus,
        int retried,
        List<String> doubled,
        @JsonProperty("wall_seconds") double wallSeconds,
        @JsonProperty("arriving_seconds") double arriving,
        @JsonProperty("builds_per_second") double buildsPerSecond,
        @JsonProperty("queue_age") QueueAge queueAge,
        Map<String, Percentiles> stages,
        Map<String, Percentiles> waits,
        Optional<DatabaseFigures> database,
        Map<String, Histories.Length> histories,
        @JsonProperty("cpu_seconds_per_build") Map<String, Double> cpuSecondsPerBuild,
        Optional<ChaosReport> chaos,
        List<Verdict> verdicts,
        List<Sample> course) {
    /** The key of {@link #byStatus} for jobs that had not ended. */
    public static final String OPEN = "open";

    /** The key of {@link #byStatus} for submissions that the API did not take. */
    public static final String REFUSED = "refused";

    public LoadReport {
        byStatus = new TreeMap<>(byStatus);
        doubled = List.copyOf(doubled);
        stages = new LinkedHashMap<>(stages);
        waits = new LinkedHashMap<>(waits);
        histories = new TreeMap<>(histories);
        cpuSecondsPerBuild = new TreeMap<>(cpuSecondsPerBuild);
        verdicts = List.copyOf(verdicts);
        course = List.copyOf(course);
    }

    /** Whether every job is accounted for: ended in success, once; under chaos, without a violation. */
    public boolean isAccounted() {
        boolean ended = chaos.map(ChaosReport::isClean)
                .orElseGet(() -> byStatus.getOrDefault(JobStatus.SUCCESS.wire(), 0) == submitted);
        return doubled.isEmpty() && ended;
    }

    /** Whether it is, and every objective was met. */
    public boolean isClean() {
        return isAccounted() && verdicts.stream().allMatch(Verdict::met);
    }

    /** For people. */
    public String text() {
        return LoadText.of(this);
    }
}
