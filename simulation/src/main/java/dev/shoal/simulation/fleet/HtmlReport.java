package dev.shoal.simulation.fleet;

import dev.shoal.simulation.report.Page;
import java.util.List;
import java.util.Locale;

/** The results as one page that needs nothing else. */
final class HtmlReport {
    private HtmlReport() {}

    static String of(List<FleetResult> results) {
        Page page =
                new Page("A simulated fleet", "Computed, not measured; docs/simulation.md says what this cannot tell.");
        if (results.size() > 1) {
            page.heading("All runs");
            page.figure("Makespan against the bound", "bar: makespan; red line: the bound", Plots.makespans(results));
            page.figure(
                    "Machines that have everything",
                    "by run: the fastest half, 99 %, the last one",
                    Plots.spread(results));
            page.pre(Sweep.table(results));
        }
        results.forEach(r -> section(page, r));
        return page.html();
    }

    private static void section(Page page, FleetResult r) {
        page.heading(r.name()).text(r.scenario().description());
        page.tiles(
                Distribution.seconds(r.makespan()),
                "until the last machine has it",
                r.scenario().deploys() == 0 ? String.format(Locale.ROOT, "%.2f x", r.makespan() / r.bound()) : "-",
                "of the bound",
                String.format(Locale.ROOT, "%,d", r.downloaded().count()),
                "downloads that completed",
                String.format(Locale.ROOT, "%,d", r.downloaded().never()),
                "that never did");
        page.figure(
                "Share of the bytes that has arrived",
                "a line a region; the mean over its machines",
                Plots.completion(r));
        if (r.scenario().deploys() == 0) {
            page.figure(
                    "Makespan against the bound", "bar: makespan; red line: the bound", Plots.makespans(List.of(r)));
        }
        page.figure("Bytes by source", "", Plots.bytes(r));
        page.figure(
                "Machines over time",
                Progress.WATCHED + " of each region, a row each; dark when complete",
                Plots.heat(r));
        page.pre(TextReport.of(r)).text(TextReport.speed(r));
    }
}
