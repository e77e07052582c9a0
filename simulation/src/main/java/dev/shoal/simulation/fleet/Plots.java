package dev.shoal.simulation.fleet;

import dev.shoal.model.ByteSizes;
import dev.shoal.simulation.report.BarPlot;
import dev.shoal.simulation.report.LinePlot;
import dev.shoal.simulation.report.RangePlot;
import dev.shoal.simulation.report.Svg;
import dev.shoal.simulation.report.Svg.Anchor;
import java.util.List;
import java.util.Locale;

/** The report's pictures. */
final class Plots {
    private static final int LEFT = 70;
    private static final int WIDTH = Svg.WIDTH - LEFT - 20;
    private static final int ROW = 7;
    private static final int COLUMNS = 120;
    private static final int SHADES = 10;
    private static final int TICKS = 5;

    private Plots() {}

    static String completion(FleetResult r) {
        LinePlot plot = new LinePlot(Distribution::seconds, y -> String.format(Locale.ROOT, "%.0f %%", y)).upTo(100);
        r.regions()
                .forEach(region -> plot.line(
                        region.name(),
                        region.course().stream()
                                .map(c -> new LinePlot.Point(c.at(), 100 * c.mean()))
                                .toList()));
        return plot.svg("share of the bytes that has arrived over time");
    }

    static String makespans(List<FleetResult> results) {
        BarPlot plot = new BarPlot();
        results.forEach(r -> plot.bar(
                r.name(),
                r.makespan(),
                r.bound(),
                String.format(
                        Locale.ROOT,
                        "%s, %.2f x bound",
                        Distribution.seconds(r.makespan()),
                        r.makespan() / r.bound())));
        return plot.svg("makespan against the bound");
    }

    /** How the machines of each run are spread over time. */
    static String spread(List<FleetResult> results) {
        RangePlot plot = new RangePlot();
        results.forEach(r -> plot.row(
                r.name(),
                r.downloaded().p50() * 1000,
                r.downloaded().p90() * 1000,
                r.downloaded().p99() * 1000,
                r.downloaded().max() * 1000));
        return plot.svg("when machines have everything, by run");
    }

    static String bytes(FleetResult r) {
        BarPlot plot = new BarPlot();
        List<String> sources = List.of("s3", "origins", "peers", "cross_rack");
        List<String> names = List.of(
                "S3 to region agents", "region agents to machines", "machines to machines", "of these across racks");
        for (int i = 0; i < sources.size(); i++) {
            double bytes = r.bytes().getOrDefault(sources.get(i), 0.0);
            plot.bar(names.get(i), bytes, Double.NaN, ByteSizes.text(Math.round(bytes)));
        }
        return plot.svg("bytes by source");
    }

    static String heat(FleetResult r) {
        double end = end(r);
        Svg svg = new Svg();
        double y = 4;
        for (FleetResult.Region region : r.regions()) {
            svg.text(LEFT - 8, y + ROW * Progress.WATCHED / 2.0 + 4, Anchor.END, region.name());
            for (int machine = 0; machine < Progress.WATCHED; machine++) {
                strip(svg, region.course(), machine, end, y + ROW * machine);
            }
            y += ROW * Progress.WATCHED + 4;
        }
        for (int i = 0; i <= TICKS; i++) {
            svg.text(
                    LEFT + (double) WIDTH * i / TICKS,
                    y + 16,
                    i == 0 ? Anchor.START : i == TICKS ? Anchor.END : Anchor.MIDDLE,
                    Distribution.seconds(end * i / TICKS));
        }
        return svg.end((int) y + 24, "machines over time");
    }

    private static void strip(Svg svg, List<FleetResult.Course> course, int machine, double end, double y) {
        int at = 0;
        double share = 0;
        int from = 0;
        int shade = 0;
        for (int column = 0; column <= COLUMNS; column++) {
            while (at < course.size() && course.get(at).at() <= end * column / COLUMNS) {
                share = course.get(at++).watched().get(machine);
            }
            int next = (int) Math.floor(share * SHADES);
            // Neighbours of the same shade are one rectangle: the page stays small.
            if (next != shade || column == COLUMNS) {
                svg.rect(
                        LEFT + (double) WIDTH * from / COLUMNS,
                        y,
                        (double) WIDTH * (column - from) / COLUMNS + 0.3,
                        ROW - 1,
                        String.format(Locale.ROOT, "hsl(207,60%%,%d%%)", 95 - 6 * shade));
                from = column;
                shade = next;
            }
        }
    }

    private static double end(FleetResult r) {
        return Math.max(
                1e-9,
                r.regions().stream()
                        .filter(region -> !region.course().isEmpty())
                        .mapToDouble(region -> region.course().getLast().at())
                        .max()
                        .orElse(1));
    }
}
