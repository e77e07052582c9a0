package dev.shoal.simulation.demo;

import dev.shoal.model.Release;
import dev.shoal.model.report.AppReport;
import dev.shoal.model.report.AppState;
import dev.shoal.simulation.stack.ShoalClient.MachineView;
import java.util.List;
import java.util.Optional;

/**
 * How far a region is with a release.
 *
 * @param share of the bytes that its machines have, 0..1
 * @param healthy machines that run it
 */
record RegionProgress(double share, int healthy, int total) {
    static RegionProgress of(List<MachineView> machines, Release release) {
        List<AppReport> reports = machines.stream()
                .map(m -> reportOf(m, release))
                .flatMap(Optional::stream)
                .toList();
        double share = machines.isEmpty()
                ? 0
                : reports.stream().mapToDouble(RegionProgress::share).sum() / machines.size();
        int healthy = (int)
                reports.stream().filter(r -> r.state() == AppState.HEALTHY).count();
        return new RegionProgress(share, healthy, machines.size());
    }

    String text() {
        return Screen.bar(share) + " " + healthy + "/" + total;
    }

    private static Optional<AppReport> reportOf(MachineView machine, Release release) {
        return machine.apps().stream()
                .filter(r -> r.app().equals(release.app()) && r.seq().equals(release.seq()))
                .findFirst();
    }

    private static double share(AppReport report) {
        return switch (report.state()) {
            case SEEN, DOWNLOADING, FAILED -> report.size() == 0 ? 0 : (double) report.bytes() / report.size();
            case VERIFYING, STAGED, ACTIVATING, HEALTHY -> 1;
        };
    }
}
