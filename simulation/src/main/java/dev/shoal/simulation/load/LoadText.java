package dev.shoal.simulation.load;

import dev.shoal.model.ByteSizes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A report as text. */
final class LoadText {
    private LoadText() {}

    /** Ends with a newline. */
    static String of(LoadReport r) {
        List<String> lines = new ArrayList<>();
        lines.add(headline(r));
        r.doubled().forEach(line -> lines.add("DOUBLE: " + line));
        lines.add(String.format("%-26s %6s %9s %9s %9s %9s", "stage (ms)", "n", "p50", "p90", "p99", "max"));
        r.stages().forEach((stage, p) -> lines.add(row(stage, p)));
        lines.add("");
        r.waits().forEach((stage, p) -> lines.add(row(stage, p)));
        lines.add("");
        lines.add(queue(r));
        lines.addAll(cost(r));
        r.chaos().ifPresent(chaos -> lines.add("\n" + chaos.text().strip()));
        lines.add("");
        r.verdicts().forEach(v -> lines.add(v.text()));
        lines.add(verdict(r));
        return String.join("\n", lines) + "\n";
    }

    static String headline(LoadReport r) {
        String statuses = r.byStatus().entrySet().stream()
                .map(e -> e.getValue() + " " + e.getKey())
                .collect(Collectors.joining(", "));
        return String.format(
                Locale.ROOT,
                "%s: %d builds submitted within %.1f s, all over after %.1f s: %s, %d retried, %d double claims, %.2f builds/s",
                r.profile(),
                r.submitted(),
                r.arriving(),
                r.wallSeconds(),
                statuses.isEmpty() ? "none" : statuses,
                r.retried(),
                r.doubled().size(),
                r.buildsPerSecond());
    }

    private static String row(String stage, Percentiles p) {
        return p.count() == 0
                ? String.format("%-26s %6d %9s %9s %9s %9s", stage, 0, "-", "-", "-", "-")
                : String.format("%-26s %6d %9d %9d %9d %9d", stage, p.count(), p.p50(), p.p90(), p.p99(), p.max());
    }

    static String queue(LoadReport r) {
        QueueAge age = r.queueAge();
        return age.samples() == 0
                ? "queue age: not seen"
                : String.format(
                        Locale.ROOT,
                        "queue age: %.1f s at most; over the last third of the arrivals %.1f s %s than over the first",
                        age.maxSeconds(),
                        Math.abs(age.driftSeconds()),
                        age.driftSeconds() > 0 ? "older" : "younger");
    }

    /** A line each for Postgres, Temporal and processors. */
    static List<String> cost(LoadReport r) {
        List<String> lines = new ArrayList<>();
        double builds = Math.max(1, r.submitted());
        r.database()
                .ifPresent(d -> lines.add(String.format(
                        Locale.ROOT,
                        "postgres: %d claims, %.0f transactions/s, a build %.0f transactions, %.0f rows written, %s of WAL; dead rows of jobs <= %d",
                        d.claims(),
                        d.commitsPerSecond(),
                        d.commits() / builds,
                        d.rowsWritten() / builds,
                        ByteSizes.text(Math.round(d.walBytes() / builds)),
                        d.deadRowsMax())));
        r.histories()
                .forEach((workflow, length) -> lines.add(String.format(
                        Locale.ROOT,
                        "temporal: %s, %d looked at: %.0f events, %s of history each",
                        workflow,
                        length.workflows(),
                        length.events(),
                        ByteSizes.text(Math.round(length.bytes())))));
        lines.add(String.format(
                        Locale.ROOT,
                        "CPU seconds a build: %.3f",
                        r.cpuSecondsPerBuild().values().stream()
                                .mapToDouble(Double::doubleValue)
                                .sum())
                + r.cpuSecondsPerBuild().entrySet().stream()
                        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                        .map(e -> String.format(Locale.ROOT, "%s %.3f", e.getKey(), e.getValue()))
                        .collect(Collectors.joining(", ", " (", ")")));
        return lines;
    }

    static String verdict(LoadReport r) {
        if (!r.isAccounted()) {
            return "NOT every job is accounted for";
        }
        long missed = r.verdicts().stream().filter(v -> !v.met()).count();
        if (r.verdicts().isEmpty()) {
            return "every job is accounted for";
        }
        return missed == 0
                ? "every job is accounted for, every objective met"
                : "every job is accounted for, " + missed + " of "
                        + r.verdicts().size() + " objectives missed";
    }
}
