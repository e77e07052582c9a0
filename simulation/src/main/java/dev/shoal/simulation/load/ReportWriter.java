package dev.shoal.simulation.load;

import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobStatus;
import dev.shoal.simulation.arrivals.Arrival;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Puts what was seen of a load into its report. */
final class ReportWriter {
    private final String profile;
    private final List<Arrival> arrivals;
    private final Accounts accounts;
    private final double wall;
    private final List<Objective> objectives;

    ReportWriter(String profile, List<Arrival> arrivals, Accounts accounts, double wall, List<Objective> objectives) {
        this.profile = profile;
        this.arrivals = arrivals;
        this.accounts = accounts;
        this.wall = wall;
        this.objectives = objectives;
    }

    LoadReport write(
            List<Sample> course, Optional<DatabaseFigures> database, Map<String, Double> cpu, Followers followers) {
        List<Journey> journeys = accounts.journeys(followers);
        double until = arrivals.getLast().at().toMillis() / 1000.0;
        QueueAge age = QueueAge.of(course, until);
        int succeeded = (int) accounts.jobs().stream()
                .filter(j -> j.status() == JobStatus.SUCCESS)
                .count();
        double perSecond = throughput(accounts.jobs());
        return new LoadReport(
                profile,
                arrivals.size(),
                statuses(),
                (int) accounts.jobs().stream().filter(j -> j.attempt() > 1).count(),
                accounts.doubled(),
                wall,
                until,
                perSecond,
                age,
                Stage.percentiles(Stage.STEPS, journeys),
                Stage.percentiles(Stage.WAITS, journeys),
                database,
                accounts.histories(),
                perBuild(cpu, succeeded),
                accounts.driven().chaos(),
                objectives.stream().map(o -> o.judge(journeys, age, perSecond)).toList(),
                course);
    }

    private Map<String, Integer> statuses() {
        Map<String, Integer> byStatus = new TreeMap<>();
        accounts.jobs()
                .forEach(j ->
                        byStatus.merge(j.status().isFinal() ? j.status().wire() : LoadReport.OPEN, 1, Integer::sum));
        int lost = arrivals.size() - accounts.jobs().size();
        if (lost > 0) {
            byStatus.put(LoadReport.REFUSED, lost);
        }
        return byStatus;
    }

    private static Map<String, Double> perBuild(Map<String, Double> cpu, int builds) {
        Map<String, Double> each = new TreeMap<>();
        cpu.forEach((kind, seconds) -> each.put(kind, seconds / Math.max(1, builds)));
        return each;
    }

    /** Successes from the first submission to the last end, by the database's clock. */
    static double throughput(Collection<Job> jobs) {
        List<Job> succeeded =
                jobs.stream().filter(j -> j.status() == JobStatus.SUCCESS).toList();
        Optional<Instant> first = succeeded.stream().map(Job::createdAt).min(Comparator.naturalOrder());
        Optional<Instant> last =
                succeeded.stream().flatMap(j -> j.finishedAt().stream()).max(Comparator.naturalOrder());
        return first.isEmpty() || last.isEmpty()
                ? 0
                : succeeded.size()
                        / Math.max(
                                0.001, Duration.between(first.get(), last.get()).toMillis() / 1000.0);
    }
}
