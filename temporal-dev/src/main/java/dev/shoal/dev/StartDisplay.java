package dev.shoal.dev;

import java.io.PrintStream;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Shows a person how a stack starts. Not thread-safe. */
final class StartDisplay {
    private final PrintStream out;
    private final int total;
    private final long start = System.nanoTime();
    private final Set<String> healthy = new HashSet<>();
    private final Set<String> troubled = new HashSet<>();

    StartDisplay(PrintStream out, int total) {
        this.out = out;
        this.total = total;
    }

    /** Prints what is new: each process once when it is healthy, and once if it fails before. */
    void show(StackView view) {
        List<String> fresh = view.processes().stream()
                .filter(p -> p.healthy() && healthy.add(p.name()))
                .map(StackView.Line::name)
                .toList();
        if (!fresh.isEmpty()) {
            out.printf("  %5.1fs  %2d/%d  %s%n", seconds(), healthy.size(), total, String.join(" ", fresh));
        }
        view.processes().stream()
                .filter(p -> p.restarts() > 0 && !p.healthy() && !p.detail().isEmpty() && troubled.add(p.name()))
                .forEach(p -> out.printf("  %5.1fs  %s %s%n", seconds(), p.name(), p.detail()));
    }

    /** Prints where to go from here. */
    void done(StackView view) {
        out.printf("up after %.1f s%n", seconds());
        out.println("  dashboard and API  " + view.api());
        out.println("  Temporal Web UI    " + view.temporalUi());
        out.println("  admin token        " + view.adminTokenFile());
    }

    private double seconds() {
        return (System.nanoTime() - start) / 1e9;
    }
}
