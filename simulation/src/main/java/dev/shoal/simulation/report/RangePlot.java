package dev.shoal.simulation.report;

import dev.shoal.simulation.report.Svg.Anchor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A row a distribution of durations on one logarithmic axis: thick to the 90th percentile, thin to the maximum. For one thread. */
public final class RangePlot {
    private static final int LEFT = 190;
    private static final int RIGHT = Svg.WIDTH - 130;
    private static final int ROW = 28;
    private static final int TOP = 22;

    private record Row(String name, double p50, double p90, double p99, double max) {}

    private final List<Row> rows = new ArrayList<>();

    /** A row, in milliseconds. */
    public RangePlot row(String name, double p50, double p90, double p99, double max) {
        rows.add(new Row(name, p50, p90, p99, max));
        return this;
    }

    /** The picture. */
    public String svg(String title) {
        int decades = (int) Math.max(
                1, Math.ceil(Math.log10(rows.stream().mapToDouble(Row::max).reduce(10, Math::max))));
        Svg svg = new Svg();
        for (int decade = 0; decade <= decades; decade++) {
            double x = x(Math.pow(10, decade), decades);
            svg.line(x, TOP, x, TOP + ROW * rows.size(), "#e9edf1", 1);
            svg.text(x, 14, Anchor.MIDDLE, duration(Math.pow(10, decade)));
        }
        double y = TOP;
        for (Row row : rows) {
            double middle = y + ROW / 2.0;
            svg.text(LEFT - 12, middle + 4, Anchor.END, row.name());
            svg.line(x(row.p50(), decades), middle, x(row.max(), decades), middle, "#9ec5e3", 2);
            svg.rect(x(row.p50(), decades), middle - 6, x(row.p90(), decades) - x(row.p50(), decades), 12, "#9ec5e3");
            svg.rect(x(row.p50(), decades) - 2, middle - 9, 4, 18, "#2166ac");
            svg.rect(x(row.p99(), decades) - 1.5, middle - 7, 3, 14, "#d6604d");
            svg.text(RIGHT + 12, middle + 4, Anchor.START, duration(row.p50()) + " / " + duration(row.p99()));
            y += ROW;
        }
        return svg.end((int) y + 6, title);
    }

    private static double x(double ms, int decades) {
        return LEFT + (RIGHT - LEFT) * Math.min(1, Math.log10(Math.max(1, ms)) / decades);
    }

    /** {@code 340 ms}, {@code 2.1 s}. */
    static String duration(double ms) {
        return ms < 1000
                ? String.format(Locale.ROOT, "%.0f ms", ms)
                : String.format(Locale.ROOT, ms < 10_000 ? "%.1f s" : "%.0f s", ms / 1000);
    }
}
