package dev.shoal.simulation.fleet;

import dev.shoal.model.ByteSizes;
import java.util.List;
import java.util.Locale;

/** The report's pictures as inline SVG. */
final class Plots {
    private static final int LEFT = 150;
    private static final int WIDTH = 760;
    private static final int HEIGHT = 240;
    private static final int ROW = 7;
    private static final int COLUMNS = 120;
    private static final List<String> COLOURS = List.of(
            "#2166ac", "#d6604d", "#1b7837", "#8073ac", "#b8860b", "#35978f", "#c51b7d", "#636363", "#4393c3",
            "#8c510a");

    private Plots() {}

    static String completion(FleetResult r) {
        double end = end(r);
        StringBuilder out = new StringBuilder();
        for (int percent = 0; percent <= 100; percent += 25) {
            double y = 10 + HEIGHT * (1 - percent / 100.0);
            add(
                    out,
                    "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#e4e9ee\"/>",
                    LEFT,
                    LEFT + WIDTH,
                    y,
                    y);
            add(out, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%d %%</text>", LEFT - 8, y + 4, percent);
        }
        axis(out, end, 10 + HEIGHT);
        for (int i = 0; i < r.regions().size(); i++) {
            StringBuilder points = new StringBuilder();
            for (FleetResult.Course c : r.regions().get(i).course()) {
                add(points, "%.1f,%.1f ", LEFT + WIDTH * c.at() / end, 10 + HEIGHT * (1 - c.mean()));
            }
            String colour = COLOURS.get(i % COLOURS.size());
            add(out, "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"1.6\" points=\"%s\"/>", colour, points);
            add(out, "<rect x=\"0\" y=\"%d\" width=\"14\" height=\"3\" fill=\"%s\"/>", 16 + 18 * i, colour);
            add(
                    out,
                    "<text x=\"20\" y=\"%d\">%s</text>",
                    22 + 18 * i,
                    HtmlReport.escape(r.regions().get(i).name()));
        }
        return HtmlReport.svg(HEIGHT + 40, out.toString());
    }

    static String makespans(List<FleetResult> results) {
        double end = results.stream()
                        .mapToDouble(r -> Math.max(r.makespan(), r.bound()))
                        .max()
                        .orElse(1)
                * 1.25;
        StringBuilder out = new StringBuilder();
        int y = 4;
        for (FleetResult r : results) {
            add(
                    out,
                    "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
                    LEFT - 8,
                    y + 15,
                    HtmlReport.escape(r.name()));
            add(
                    out,
                    "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"20\" fill=\"#9ec5e3\"/>",
                    LEFT,
                    y,
                    WIDTH * r.makespan() / end);
            double bound = LEFT + WIDTH * r.bound() / end;
            add(
                    out,
                    "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" stroke=\"#d6604d\" stroke-width=\"2\"/>",
                    bound,
                    bound,
                    y - 2,
                    y + 22);
            add(
                    out,
                    "<text x=\"%.1f\" y=\"%d\">%s, %.2f x bound</text>",
                    LEFT + 6 + WIDTH * Math.max(r.makespan(), r.bound()) / end,
                    y + 15,
                    Distribution.seconds(r.makespan()),
                    r.makespan() / r.bound());
            y += 28;
        }
        add(out, "<text x=\"%d\" y=\"%d\">bar: makespan; red line: bound</text>", LEFT, y + 10);
        return HtmlReport.svg(y + 16, out.toString());
    }

    static String bytes(FleetResult r) {
        List<String> sources = List.of("s3", "origins", "peers", "cross_rack");
        List<String> names = List.of("S3", "region agents", "machines", "of it across racks");
        double most = sources.stream()
                        .mapToDouble(s -> r.bytes().getOrDefault(s, 0.0))
                        .max()
                        .orElse(1)
                * 1.2;
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < sources.size(); i++) {
            double bytes = r.bytes().getOrDefault(sources.get(i), 0.0);
            int y = 4 + 28 * i;
            double width = most == 0 ? 0 : Math.max(1, WIDTH * bytes / most);
            add(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>", LEFT - 8, y + 15, names.get(i));
            add(
                    out,
                    "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"20\" fill=\"%s\"/>",
                    LEFT,
                    y,
                    width,
                    COLOURS.get(i));
            add(
                    out,
                    "<text x=\"%.1f\" y=\"%d\">%s</text>",
                    LEFT + width + 6,
                    y + 15,
                    ByteSizes.text(Math.round(bytes)));
        }
        return HtmlReport.svg(4 + 28 * sources.size(), out.toString());
    }

    static String heat(FleetResult r) {
        double end = end(r);
        StringBuilder out = new StringBuilder();
        double y = 4;
        for (FleetResult.Region region : r.regions()) {
            add(
                    out,
                    "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
                    LEFT - 8,
                    y + ROW * Progress.WATCHED / 2.0 + 4,
                    HtmlReport.escape(region.name()));
            for (int machine = 0; machine < Progress.WATCHED; machine++) {
                strip(out, region.course(), machine, end, y + ROW * machine);
            }
            y += ROW * Progress.WATCHED + 4;
        }
        axis(out, end, y);
        return HtmlReport.svg((int) y + 30, out.toString());
    }

    private static void strip(StringBuilder out, List<FleetResult.Course> course, int machine, double end, double y) {
        int at = 0;
        double share = 0;
        int from = 0;
        int shade = 0;
        for (int column = 0; column <= COLUMNS; column++) {
            while (at < course.size() && course.get(at).at() <= end * column / COLUMNS) {
                share = course.get(at++).watched().get(machine);
            }
            int next = (int) Math.floor(share * 10);
            // Neighbours of the same shade are one rectangle: the page stays small.
            if (next != shade || column == COLUMNS) {
                add(
                        out,
                        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" fill=\"hsl(207,60%%,%d%%)\"/>",
                        LEFT + (double) WIDTH * from / COLUMNS,
                        y,
                        (double) WIDTH * (column - from) / COLUMNS + 0.3,
                        ROW - 1,
                        95 - 6 * shade);
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

    private static void axis(StringBuilder out, double end, double y) {
        for (int i = 0; i <= 5; i++) {
            add(
                    out,
                    "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>",
                    LEFT + WIDTH * i / 5.0,
                    y + 18,
                    Distribution.seconds(end * i / 5));
        }
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation would cost a dependency
    private static void add(StringBuilder out, String format, Object... values) {
        out.append(String.format(Locale.ROOT, format, values));
    }
}
