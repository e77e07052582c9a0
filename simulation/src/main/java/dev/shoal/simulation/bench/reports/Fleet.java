package dev.shoal.simulation.bench.reports;

import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.MachineId;
import dev.shoal.model.RegionName;
import dev.shoal.model.Seq;
import dev.shoal.model.json.Json;
import dev.shoal.model.report.AppReport;
import dev.shoal.model.report.AppState;
import dev.shoal.model.report.MachineReport;
import dev.shoal.simulation.stack.StackFile;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Machines that only report: spread over the regions of a stack and, in each, over its region agents. Thread-safe. */
final class Fleet {
    static final AppName APP = new AppName("bench-reports");
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final long SIZE = 10L << 30;

    /** What a machine goes through in a release; the last one is where it stays. */
    static final List<AppState> STATES =
            List.of(AppState.SEEN, AppState.DOWNLOADING, AppState.VERIFYING, AppState.ACTIVATING, AppState.HEALTHY);

    private final HttpClient http;
    private final List<StackFile.Region> regions;
    private final String token;

    Fleet(HttpClient http, List<StackFile.Region> regions, String token) {
        this.http = http;
        this.regions = regions;
        this.token = token;
    }

    /** Machine number {@code machine}'s {@code number}-th report, which is its {@code number}-th change of state. */
    void report(int machine, long number) throws IOException, InterruptedException {
        send(machine, "bench-" + machine, number);
    }

    /** A report of a machine that has a name of its own. */
    void send(int place, String name, long number) throws IOException, InterruptedException {
        StackFile.Region region = regions.get(place % regions.size());
        List<URI> agents = region.agents();
        URI agent = agents.get(place / regions.size() % agents.size());
        HttpRequest request = HttpRequest.newBuilder(agent.resolve("/v1/reports"))
                .timeout(LIMIT)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(
                        Json.bytes(report(new MachineId(name), new RegionName(region.name()), number))))
                .build();
        int status = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        if (status != 202) {
            throw new IOException("the region agent " + agent + " answered " + status);
        }
    }

    private static MachineReport report(MachineId machine, RegionName region, long number) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        int change = (int) (number - 1);
        long seq = 1L + change / STATES.size();
        AppState state = STATES.get(change % STATES.size());
        AppReport app = new AppReport(
                APP,
                new BuildName(APP + "-" + seq),
                new Seq(seq),
                state,
                Optional.empty(),
                state == AppState.SEEN ? 0 : SIZE,
                SIZE,
                Optional.empty(),
                now);
        return new MachineReport(machine, region, number, "bench", List.of(app), Map.of(), 0, now);
    }
}
