package dev.shoal.api.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shoal.api.view.Lists;
import dev.shoal.api.view.MachineView;
import dev.shoal.model.report.AppReport;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code machines}. */
@Command(name = "machines", description = "What machines run, a line for each machine and app.")
final class MachinesCommand extends ApiCommand {
    @Option(names = "--region", paramLabel = "NAME", description = "of this region only")
    @Nullable
    String region;

    @Option(names = "--app", paramLabel = "NAME", description = "that know this app")
    @Nullable
    String app;

    @Option(names = "--limit", paramLabel = "N", description = "how many machines, 1 to 500", defaultValue = "100")
    int limit;

    @Override
    int run(ApiConnection api, Console console) {
        JsonNode answer = api.get("/machines?limit=" + limit
                + (region == null ? "" : "&region=" + encoded(region))
                + (app == null ? "" : "&app=" + encoded(app)));
        if (target.json) {
            console.json(answer);
            return OK;
        }
        Instant now = Instant.now();
        console.table(
                List.of("MACHINE", "REGION", "LIVE", "SEEN", "APP", "RUNS", "WANTS", "SEQ", "STATE", "DETAIL"),
                as(Lists.Machines.class, answer).machines().stream()
                        .flatMap(machine -> rows(machine, now))
                        .toList());
        return OK;
    }

    private static Stream<List<String>> rows(MachineView machine, Instant now) {
        List<String> head = List.of(
                machine.id().toString(),
                machine.region().toString(),
                machine.live() ? "yes" : "no",
                Words.ago(machine.lastSeen(), now));
        if (machine.apps().isEmpty()) {
            return Stream.of(joined(head, List.of("-", "-", "-", "-", "-", "-")));
        }
        return machine.apps().stream().map(report -> joined(head, app(report)));
    }

    private static List<String> app(AppReport report) {
        return List.of(
                report.app().toString(),
                Words.orDash(report.running()),
                report.build().toString(),
                report.seq().toString(),
                report.state().name(),
                Words.orDash(report.detail()));
    }

    private static List<String> joined(List<String> a, List<String> b) {
        return Stream.concat(a.stream(), b.stream()).toList();
    }
}
