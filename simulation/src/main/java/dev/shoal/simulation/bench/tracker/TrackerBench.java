package dev.shoal.simulation.bench.tracker;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.shoal.model.InfoHash;
import dev.shoal.model.json.Json;
import dev.shoal.simulation.bench.CpuTimes;
import dev.shoal.simulation.bench.Latencies;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./shoal bench tracker}: all peers of a region announce within one second, against the tracker in a process of its own. */
@Command(
        name = "tracker",
        mixinStandardHelpOptions = true,
        description = "All machines of a region announce within one second; each burst is a torrent of its own.")
public final class TrackerBench implements Callable<Integer> {
    private static final long SPREAD = TimeUnit.SECONDS.toNanos(1);
    private static final long LIMIT = TimeUnit.SECONDS.toNanos(60);

    @Option(names = "--peers", description = "peers that announce in a burst (default ${DEFAULT-VALUE})")
    private int peers = 20_000;

    @Option(names = "--bursts", description = "the first one meets a cold process (default ${DEFAULT-VALUE})")
    private int bursts = 8;

    @Option(names = "--json", paramLabel = "FILE", description = "write the figures as JSON")
    private @Nullable Path json;

    /** One burst; milliseconds from when a peer was due until it had its handout; idle is the machine's share. */
    record Figures(
            int answered,
            int failed,
            @JsonProperty("p50_ms") double p50,
            @JsonProperty("p99_ms") double p99,
            @JsonProperty("max_ms") double max,
            double idle) {}

    @Override
    public Integer call() throws IOException {
        List<Figures> all = new ArrayList<>();
        Process server = start(bursts);
        Thread hook = new Thread(server::destroyForcibly, "bench-cleanup");
        Runtime.getRuntime().addShutdownHook(hook);
        try (BufferedReader out = server.inputReader(StandardCharsets.UTF_8)) {
            String port = out.lines()
                    .filter(line -> line.startsWith(TrackerServer.PORT))
                    .findFirst()
                    .map(line -> line.substring(TrackerServer.PORT.length()))
                    .orElseThrow(() -> new IOException("the tracker's process did not start"));
            InetSocketAddress tracker =
                    new InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), Integer.parseInt(port));
            for (int burst = 0; burst < bursts; burst++) {
                Figures figures = measure(tracker, torrent(burst));
                all.add(figures);
                print(burst, figures);
            }
        } finally {
            server.destroyForcibly();
            Runtime.getRuntime().removeShutdownHook(hook);
        }
        if (json != null) {
            Files.write(json, Json.bytes(all));
        }
        return all.stream().anyMatch(f -> f.failed > 0) ? 1 : 0;
    }

    private static Process start(int torrents) throws IOException {
        // As in shoal-region.service.
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseG1GC",
                "-XX:MaxGCPauseMillis=20",
                "-cp",
                System.getProperty("java.class.path"),
                TrackerServer.class.getName(),
                "127.0.0.1"));
        for (int torrent = 0; torrent < torrents; torrent++) {
            command.add(torrent(torrent).value());
        }
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static InfoHash torrent(int number) {
        return new InfoHash("%040x".formatted(number + 1));
    }

    private Figures measure(InetSocketAddress tracker, InfoHash torrent) throws IOException {
        CpuTimes before = CpuTimes.now();
        Burst.Result result = Burst.run(tracker, torrent, peers, SPREAD, LIMIT);
        double idle = CpuTimes.now().idleShareSince(before);
        List<Long> latencies = result.latencies();
        return new Figures(
                latencies.size(),
                result.failed(),
                Latencies.millis(latencies, 0.5),
                Latencies.millis(latencies, 0.99),
                Latencies.millis(latencies, 1),
                idle);
    }

    private static void print(int burst, Figures figures) {
        System.out.printf(
                Locale.ROOT,
                "burst %d: %d answered, %d failed: p50 %.1f ms, p99 %.1f ms, max %.1f ms; %.0f %% of the machine idle%s%n",
                burst + 1,
                figures.answered,
                figures.failed,
                figures.p50,
                figures.p99,
                figures.max,
                figures.idle * 100,
                burst == 0 ? " (cold)" : "");
    }
}
