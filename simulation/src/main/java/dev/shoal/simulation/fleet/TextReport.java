package dev.shoal.simulation.fleet;

import dev.shoal.model.ByteSizes;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A result as text that reads well in a diff: what depends on the scenario, and nothing of the machine that computed it. */
public final class TextReport {
    private TextReport() {}

    /** Ends with a newline. */
    public static String of(FleetResult r) {
        Scenario s = r.scenario();
        StringBuilder out = new StringBuilder();
        out.append(r.name()).append(": ").append(s.description()).append('\n');
        line(
                out,
                "%,d machines in %d regions, %s in %,d pieces, seed %d",
                s.machines(),
                s.regions(),
                ByteSizes.text(s.size()),
                s.pieces(),
                s.seed());
        line(
                out,
                "%-12s %9s %7s %9s %9s %9s %9s %9s",
                "since flip",
                "count",
                "never",
                "p50",
                "p90",
                "p99",
                "p99.9",
                "max");
        row(out, "seen", r.seen());
        row(out, "downloaded", r.downloaded());
        row(out, "complete", r.complete());
        row(out, "active", r.active());
        if (s.deploys() == 0) {
            line(
                    out,
                    "makespan %s, bound %s, makespan/bound %.3f",
                    Distribution.seconds(r.makespan()),
                    Distribution.seconds(r.bound()),
                    r.makespan() / r.bound());
        }
        double payload = r.bytes().getOrDefault("origins", 0.0) + r.bytes().getOrDefault("peers", 0.0);
        for (Map.Entry<String, String> source : List.of(
                Map.entry("s3", "S3 to region agents"),
                Map.entry("origins", "region agents to machines"),
                Map.entry("peers", "machines to machines"),
                Map.entry("cross_rack", "of these across racks"))) {
            double bytes = r.bytes().getOrDefault(source.getKey(), 0.0);
            line(
                    out,
                    "%-26s %12s  %6.2f %% of what machines received",
                    source.getValue(),
                    ByteSizes.text(Math.round(bytes)),
                    payload == 0 ? 0 : 100 * bytes / payload);
        }
        r.waves().forEach(wave -> out.append(wave).append('\n'));
        return out.toString();
    }

    /** The seconds that the computation took, for people. */
    public static String speed(FleetResult r) {
        return String.format(
                Locale.ROOT,
                "%,d events in %,d steps, %.1f s: %,.0f events/s",
                r.events(),
                r.steps(),
                r.wallSeconds(),
                r.events() / Math.max(1e-9, r.wallSeconds()));
    }

    private static void row(StringBuilder out, String name, Distribution d) {
        line(
                out,
                "%-12s %,9d %,7d %9s %9s %9s %9s %9s",
                name,
                d.count(),
                d.never(),
                Distribution.seconds(d.p50()),
                Distribution.seconds(d.p90()),
                Distribution.seconds(d.p99()),
                Distribution.seconds(d.p999()),
                Distribution.seconds(d.max()));
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation would cost a dependency
    private static void line(StringBuilder out, String format, Object... values) {
        out.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
