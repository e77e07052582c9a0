package dev.shoal.simulation.load;

import dev.shoal.simulation.report.BarPlot;
import dev.shoal.simulation.report.LinePlot;
import dev.shoal.simulation.report.Page;
import dev.shoal.simulation.report.RangePlot;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A report as a page. */
final class LoadPage {
    /** Throughput is the mean over so many samples, which are a second apart. */
    private static final int WINDOW = 10;

    private LoadPage() {}

    static String of(LoadReport r) {
        Page page = new Page("Load: " + r.profile(), LoadText.headline(r));
        page.tiles(
                String.format(Locale.ROOT, "%.2f/s", r.buildsPerSecond()),
                "builds that succeeded",
                String.format(Locale.ROOT, "%.1f s", r.queueAge().maxSeconds()),
                "oldest job in the queue, at worst",
                String.format(Locale.ROOT, "%.2f s", cpu(r)),
                "CPU seconds a build, all processes",
                r.verdicts().isEmpty()
                        ? "none"
                        : r.verdicts().stream().filter(Objective.Verdict::met).count() + " of "
                                + r.verdicts().size(),
                r.verdicts().isEmpty() ? "objectives were set" : "objectives met");
        page.verdict(r.isClean(), LoadText.verdict(r));
        r.verdicts().forEach(v -> page.verdict(v.met(), v.objective() + ": " + v.measured()));
        r.doubled().forEach(line -> page.verdict(false, line));
        page.heading("Over time");
        page.figure("Age of the oldest queued job", "flat when the stack keeps up; seconds", age(r));
        page.figure("Jobs", "at each moment", jobs(r));
        page.figure("Builds that ended a second", "mean of " + WINDOW + " s", throughput(r));
        page.heading("Where the time goes");
        page.figure("From point to point", "blue: median, red: 99th percentile; logarithmic", ranges(r.stages()));
        page.figure("What a user waits for", "since the submission; logarithmic", ranges(r.waits()));
        page.heading("What it costs");
        page.figure("CPU seconds a build", "by kind of process, children included", costs(r));
        page.pre(String.join("\n", LoadText.cost(r)));
        page.heading("In figures");
        page.pre(LoadText.of(r));
        return page.html();
    }

    private static double cpu(LoadReport r) {
        return r.cpuSecondsPerBuild().values().stream()
                .mapToDouble(Double::doubleValue)
                .sum();
    }

    private static String age(LoadReport r) {
        return plot("%.1f s")
                .upTo(1)
                .line(
                        "oldest queued job",
                        r.course().stream()
                                .map(s -> new LinePlot.Point(s.at(), s.queueAge()))
                                .toList())
                .svg("age of the oldest queued job over time");
    }

    private static String jobs(LoadReport r) {
        return plot("%.0f")
                .upTo(5)
                .line(
                        "queued",
                        r.course().stream()
                                .map(s -> new LinePlot.Point(s.at(), s.queued()))
                                .toList())
                .line(
                        "running",
                        r.course().stream()
                                .map(s -> new LinePlot.Point(s.at(), s.running()))
                                .toList())
                .svg("queued and running jobs over time");
    }

    private static String throughput(LoadReport r) {
        List<LinePlot.Point> points = new ArrayList<>();
        List<Sample> course = r.course();
        for (int i = 1; i < course.size(); i++) {
            Sample from = course.get(Math.max(0, i - WINDOW));
            Sample to = course.get(i);
            points.add(new LinePlot.Point(to.at(), (to.ended() - from.ended()) / (to.at() - from.at())));
        }
        return plot("%.1f/s").upTo(1).line("ended", points).svg("builds that ended a second over time");
    }

    private static LinePlot plot(String unit) {
        return new LinePlot(x -> String.format(Locale.ROOT, "%.0f s", x), y -> String.format(Locale.ROOT, unit, y));
    }

    private static String ranges(Map<String, Percentiles> stages) {
        RangePlot plot = new RangePlot();
        stages.forEach((name, p) -> {
            if (p.count() > 0) {
                plot.row(
                        name.replace("_to_", " → ").replace('_', ' '),
                        (double) p.p50(),
                        (double) p.p90(),
                        (double) p.p99(),
                        (double) p.max());
            }
        });
        return plot.svg("latency by stage");
    }

    private static String costs(LoadReport r) {
        BarPlot plot = new BarPlot();
        r.cpuSecondsPerBuild().entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                .forEach(e -> plot.bar(
                        e.getKey(), e.getValue(), Double.NaN, String.format(Locale.ROOT, "%.3f s", e.getValue())));
        return plot.svg("CPU seconds a build by kind of process");
    }
}
