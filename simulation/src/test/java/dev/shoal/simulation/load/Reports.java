package dev.shoal.simulation.load;

import dev.shoal.model.AppName;
import dev.shoal.model.HostId;
import dev.shoal.model.JobId;
import dev.shoal.model.gate.Completeness;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobSource;
import dev.shoal.model.job.JobStage;
import dev.shoal.model.job.JobStatus;
import dev.shoal.simulation.load.probe.Histories;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Loads that nobody drove. */
final class Reports {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private Reports() {}

    /** One job for each time from the submission to its start. */
    static List<Journey> journeys(long... msToRunning) {
        List<Journey> journeys = new ArrayList<>();
        for (long ms : msToRunning) {
            journeys.add(Journey.of(job(journeys.size() + 1), START, Optional.empty())
                    .with(Point.RUNNING, Optional.of(START.plusMillis(ms))));
        }
        return journeys;
    }

    private static Job job(long id) {
        return new Job(
                new JobId(id),
                new AppName("load-0"),
                START.plusMillis(40),
                JobStatus.SUCCESS,
                JobStage.DONE,
                Optional.empty(),
                100,
                1,
                new JobSource.Directory("/src"),
                false,
                List.of(),
                Optional.of(new HostId("build-1")),
                Optional.of("ticket-" + id),
                Optional.of(START.plusMillis(90)),
                Optional.of(START.plusMillis(2000)),
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                "somebody",
                Optional.empty(),
                Completeness.ALL,
                Optional.empty());
    }

    /** A minute with a burst. */
    static LoadReport report() {
        List<Journey> journeys = journeys(120, 180, 260, 410, 900);
        List<Sample> course = IntStream.rangeClosed(0, 60)
                .mapToObj(s -> new Sample(
                        s, Math.max(0, 12 - s), s < 12 ? s * 0.5 : 0, s < 15 ? 4 : 0, Math.min(40, 2 * s), 30L * s, 7))
                .toList();
        QueueAge age = QueueAge.of(course, 30);
        return new LoadReport(
                "burst",
                40,
                Map.of("success", 39, LoadReport.OPEN, 1),
                1,
                List.of("job 7 answers 2 submissions <here>"),
                61.5,
                30,
                1.25,
                age,
                Stage.percentiles(Stage.STEPS, journeys),
                Stage.percentiles(Stage.WAITS, journeys),
                Optional.of(new DatabaseFigures(41, 31.5, 1860, 900, 4_000_000, 7)),
                Map.of("BuildAndRelease", new Histories.Length(40, 61, 9000)),
                Map.of("build", 0.4, "temporal", 0.2),
                Optional.empty(),
                List.of(
                        Objective.parse("submit_to_running_p99=500ms").judge(journeys, age, 1.25),
                        Objective.parse("throughput=1/s").judge(journeys, age, 1.25)),
                course);
    }
}
