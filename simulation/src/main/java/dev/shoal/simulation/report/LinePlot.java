package dev.shoal.simulation.report;

import dev.shoal.simulation.report.Svg.Anchor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/** Lines over a common axis that begins at zero. For one thread. */
public final class LinePlot {
    private static final int LEFT = 70;
    private static final int RIGHT = Svg.WIDTH - 20;
    private static final int TOP = 26;
    private static final int HEIGHT = 200;
    private static final int TICKS = 5;
    private static final double GLYPH = 6.4;

    private record Line(String name, List<Point> points) {}

    /** A point of a line. */
    public record Point(double x, double y) {}

    private final List<Line> lines = new ArrayList<>();
    private final DoubleFunction<String> xText;
    private final DoubleFunction<String> yText;
    private double top;

    /** How the figures of the axes are written. */
    public LinePlot(DoubleFunction<String> xText, DoubleFunction<String> yText) {
        this.xText = xText;
        this.yText = yText;
    }

    /** One line more, in the next colour. */
    public LinePlot line(String name, List<Point> points) {
        lines.add(new Line(name, List.copyOf(points)));
        return this;
    }

    /** The y axis reaches at least so far. */
    public LinePlot upTo(double y) {
        top = y;
        return this;
    }

    /** The picture. */
    public String svg(String title) {
        double xEnd = most(1e-9, p -> p.x());
        double yEnd = nice(Math.max(top, most(0, p -> p.y())));
        Svg svg = new Svg();
        for (int i = 0; i <= TICKS; i++) {
            double y = TOP + HEIGHT * (1 - (double) i / TICKS);
            svg.line(LEFT, y, RIGHT, y, i == 0 ? "#b6c0cc" : "#e9edf1", 1);
            svg.text(LEFT - 8, y + 4, Anchor.END, yText.apply(yEnd * i / TICKS));
            svg.text(
                    LEFT + (double) (RIGHT - LEFT) * i / TICKS,
                    TOP + HEIGHT + 18,
                    i == 0 ? Anchor.START : i == TICKS ? Anchor.END : Anchor.MIDDLE,
                    xText.apply(xEnd * i / TICKS));
        }
        double legend = LEFT;
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i);
            StringBuilder points = new StringBuilder();
            for (Point p : line.points()) {
                points.append(String.format(
                        Locale.ROOT,
                        "%.1f,%.1f ",
                        LEFT + (RIGHT - LEFT) * p.x() / xEnd,
                        TOP + HEIGHT * (1 - p.y() / yEnd)));
            }
            String all = points.toString().strip();
            if (lines.size() == 1 && !line.points().isEmpty()) {
                double from = LEFT + (RIGHT - LEFT) * line.points().getFirst().x() / xEnd;
                double to = LEFT + (RIGHT - LEFT) * line.points().getLast().x() / xEnd;
                svg.area(
                        String.format(Locale.ROOT, "%.1f,%d %s %.1f,%d", from, TOP + HEIGHT, all, to, TOP + HEIGHT),
                        Svg.colour(i));
            }
            svg.series(all, Svg.colour(i));
            svg.rect(legend, 7, 14, 3, Svg.colour(i));
            svg.text(legend + 19, 13, Anchor.START, line.name());
            legend += 19 + GLYPH * line.name().length() + 22;
        }
        return svg.end(TOP + HEIGHT + 26, title);
    }

    private double most(double atLeast, java.util.function.ToDoubleFunction<Point> of) {
        return lines.stream()
                .flatMap(line -> line.points().stream())
                .mapToDouble(of)
                .reduce(atLeast, Math::max);
    }

    /** The next round figure: what a person would have chosen. */
    static double nice(double value) {
        if (value <= 0) {
            return 1;
        }
        double power = Math.pow(10, Math.floor(Math.log10(value)));
        for (double step : new double[] {1, 1.5, 2, 2.5, 3, 4, 5, 6, 8}) {
            if (value <= step * power * (1 + 1e-9)) {
                return step * power;
            }
        }
        return 10 * power;
    }
}
