package dev.shoal.simulation.report;

import dev.shoal.simulation.report.Svg.Anchor;
import java.util.ArrayList;
import java.util.List;

/** Horizontal bars with what they say behind them, and a mark on each if wanted. For one thread. */
public final class BarPlot {
    private static final int LEFT = 210;
    private static final int RIGHT = Svg.WIDTH - 230;
    private static final int ROW = 28;

    private record Bar(String name, double value, double mark, String text) {}

    private final List<Bar> bars = new ArrayList<>();

    /** A bar; {@code mark} is NaN for none. */
    public BarPlot bar(String name, double value, double mark, String text) {
        bars.add(new Bar(name, value, mark, text));
        return this;
    }

    /** The picture. */
    public String svg(String title) {
        double end = bars.stream()
                .mapToDouble(b -> Double.isNaN(b.mark()) ? b.value() : Math.max(b.value(), b.mark()))
                .reduce(1e-12, Math::max);
        Svg svg = new Svg();
        double y = 4;
        for (Bar bar : bars) {
            double width = (RIGHT - LEFT) * bar.value() / end;
            svg.text(LEFT - 10, y + 15, Anchor.END, bar.name());
            svg.rect(LEFT, y, width, 20, "#9ec5e3");
            double textAt = LEFT + width;
            if (!Double.isNaN(bar.mark())) {
                double x = LEFT + (RIGHT - LEFT) * bar.mark() / end;
                svg.line(x, y - 2, x, y + 22, "#d6604d", 2);
                textAt = Math.max(textAt, x);
            }
            svg.text(textAt + 8, y + 15, Anchor.START, bar.text());
            y += ROW;
        }
        return svg.end((int) y + 2, title);
    }
}
