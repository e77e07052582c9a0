package dev.shoal.simulation.report;

import java.util.List;
import java.util.Locale;

/** A picture as inline SVG, {@link #WIDTH} units wide. Text is escaped. For one thread. */
public final class Svg {
    /** Units of every picture; the page scales it. */
    public static final int WIDTH = 940;

    /** Of series, in order; told apart by most colour-blind eyes, too. */
    public static final List<String> COLOURS = List.of(
            "#2166ac", "#d6604d", "#1b7837", "#8073ac", "#b8860b", "#35978f", "#c51b7d", "#636363", "#4393c3",
            "#8c510a");

    private final StringBuilder out = new StringBuilder();

    /** Where a text is held. */
    public enum Anchor {
        START,
        MIDDLE,
        END
    }

    /** The colour of the i-th series. */
    public static String colour(int i) {
        return COLOURS.get(i % COLOURS.size());
    }

    public Svg text(double x, double y, Anchor anchor, String text) {
        return add(
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>",
                x, y, anchor.name().toLowerCase(Locale.ROOT), Page.escape(text));
    }

    public Svg rect(double x, double y, double width, double height, String fill) {
        return add(
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>",
                x, y, Math.max(0, width), height, fill);
    }

    public Svg line(double x1, double y1, double x2, double y2, String stroke, double width) {
        return add(
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"%.1f\"/>",
                x1, y1, x2, y2, stroke, width);
    }

    /** {@code points} is {@code x,y x,y}. Every series of a plot is one of these, with the class {@code series}. */
    public Svg series(String points, String stroke) {
        return add(
                "<polyline class=\"series\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.8\" stroke-linejoin=\"round\" points=\"%s\"/>",
                stroke, points);
    }

    /** The area below a line. */
    public Svg area(String points, String fill) {
        return add("<polygon fill=\"%s\" fill-opacity=\"0.12\" points=\"%s\"/>", fill, points);
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation would cost a dependency
    private Svg add(String format, Object... values) {
        out.append(String.format(Locale.ROOT, format, values));
        return this;
    }

    /** The picture; {@code title} is for those who cannot see it. */
    public String end(int height, String title) {
        return String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%s</svg>%n",
                WIDTH,
                height,
                Page.escape(title),
                out);
    }
}
