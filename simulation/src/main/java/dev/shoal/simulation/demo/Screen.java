package dev.shoal.simulation.demo;

import java.io.PrintStream;
import java.util.Locale;

/** Prints the demo's progress: one line per change, with the seconds since it began. Not thread-safe. */
final class Screen {
    private static final int BAR = 20;

    private final PrintStream out;
    private final long start = System.nanoTime();
    private String last = "";

    Screen(PrintStream out) {
        this.out = out;
    }

    /** A headline. */
    void title(String text) {
        out.println();
        out.println("== " + text);
        last = "";
    }

    /** A line, unless it says what the last one said. */
    void line(String text) {
        if (!text.equals(last)) {
            out.printf(Locale.ROOT, "  %6.1fs  %s%n", seconds(), text);
            last = text;
        }
    }

    /** Since the demo began. */
    double seconds() {
        return (System.nanoTime() - start) / 1e9;
    }

    /** {@code [#####     ]}. */
    static String bar(double share) {
        int full = (int) Math.round(Math.clamp(share, 0.0, 1.0) * BAR);
        return "[" + "#".repeat(full) + " ".repeat(BAR - full) + "]";
    }
}
