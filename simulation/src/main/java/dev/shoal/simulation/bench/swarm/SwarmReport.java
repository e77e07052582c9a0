package dev.shoal.simulation.bench.swarm;

import java.util.List;
import java.util.Locale;

/** The figures as a table. */
final class SwarmReport {
    private SwarmReport() {}

    static String header() {
        return line(
                "who",
                "case",
                "slowest s",
                "bound",
                "p50",
                "p99",
                "touched",
                "origin/F",
                "recv/F",
                "own rack",
                "cpu s",
                "MiB",
                "MiB/s",
                "cpu s/GiB",
                "idle %",
                "nice %");
    }

    static String line(SwarmFigures f) {
        return line(
                f.who(),
                f.scene(),
                "%.1f".formatted(f.makespan()),
                Double.isNaN(f.ratio()) ? "-" : "%.3fx".formatted(f.ratio()),
                "%.1f".formatted(f.quantile(0.5)),
                "%.1f".formatted(f.quantile(0.99)),
                f.touchedSeconds().isEmpty()
                        ? "-"
                        : "%.1f".formatted(f.touchedSeconds().getLast()),
                share(f.originShare()),
                share(f.received()),
                share(f.ownRack()),
                Double.isNaN(f.cpuSeconds()) ? "-" : "%.1f".formatted(f.cpuSeconds()),
                Double.isNaN(f.memoryMiB()) ? "-" : "%.0f".formatted(f.memoryMiB()),
                "%.1f".formatted(f.aggregate()),
                Double.isNaN(f.cpuPerGibibyte()) ? "-" : "%.2f".formatted(f.cpuPerGibibyte()),
                "%.0f".formatted(f.idle() * 100),
                "%.0f".formatted(f.nice() * 100));
    }

    /** What makes the figures doubtful, for people; empty lines if nothing. */
    static List<String> doubts(SwarmFigures f) {
        return f.idle() + f.nice() < SwarmFigures.LEAST_IDLE
                ? List.of(
                        "this computer was %.0f %% idle: it was part of the limit; lower the rate or the number of agents"
                                .formatted(f.idle() * 100))
                : List.of();
    }

    /** What stands behind the share of the own rack, for people; no line without racks. */
    static List<String> racks(SwarmFigures f, double byChance) {
        return Double.isNaN(f.ownRack())
                ? List.of()
                : List.of(
                        "%.0f %% of what machines received came from their own rack (%.0f %% of the others stand there); %.2f F entered each rack"
                                .formatted(
                                        f.ownRack() * 100,
                                        byChance * 100,
                                        (1 - f.ownRack()) * f.received() * f.machines() / Topology.RACKS));
    }

    private static String share(double value) {
        return Double.isNaN(value) ? "-" : "%.2f".formatted(value);
    }

    private static String line(String... cells) {
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-10s %-11s", cells[0], cells[1]));
        for (int i = 2; i < cells.length; i++) {
            line.append(String.format(Locale.ROOT, " %9s", cells[i]));
        }
        return line.toString();
    }
}
