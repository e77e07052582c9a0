package dev.shoal.simulation.load;

import dev.shoal.model.gate.Replica;
import dev.shoal.model.job.Build;
import dev.shoal.model.job.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** How long a finished job spent in each stage, by the database's clock. */
public final class StageTimes {
    /** A stage of the way, in order. */
    public enum Stage {
        /** From the row's insertion to its claim. */
        QUEUED,
        /** From the claim to the build being recorded: checkout, command and upload to the home region. */
        BUILD,
        /** From then to the last region's evidence: copies and gate. */
        GATE,
        /** From insertion to success. */
        TOTAL
    }

    private StageTimes() {}

    /** In milliseconds; a stage that the job did not reach is absent. */
    public static Map<Stage, Long> of(Job job, Optional<Build> build) {
        Map<Stage, Long> times = new EnumMap<>(Stage.class);
        put(times, Stage.QUEUED, Optional.of(job.createdAt()), job.startedAt());
        put(times, Stage.BUILD, job.startedAt(), build.map(Build::createdAt));
        put(times, Stage.GATE, build.map(Build::createdAt), build.flatMap(StageTimes::lastEvidence));
        put(times, Stage.TOTAL, Optional.of(job.createdAt()), job.finishedAt());
        return times;
    }

    private static Optional<Instant> lastEvidence(Build build) {
        return build.replicas().stream().map(Replica::updatedAt).max(Comparator.naturalOrder());
    }

    private static void put(Map<Stage, Long> times, Stage stage, Optional<Instant> from, Optional<Instant> to) {
        if (from.isPresent() && to.isPresent()) {
            times.put(stage, Duration.between(from.get(), to.get()).toMillis());
        }
    }
}
