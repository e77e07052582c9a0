package dev.shoal.simulation.bench.propagation;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.Digest;
import dev.shoal.model.InfoHash;
import dev.shoal.model.RegionName;
import dev.shoal.model.Seq;
import dev.shoal.model.job.Activation;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.json.Json;
import dev.shoal.model.pointer.Pointer;
import dev.shoal.model.pointer.SignedPointer;
import dev.shoal.model.pointer.SigningKey;
import dev.shoal.simulation.bench.BenchStack;
import dev.shoal.simulation.bench.Latencies;
import dev.shoal.simulation.stack.StackFile;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code ./shoal bench propagation}: from the write of a signed pointer into the global Consul, over the region agents of a real
 * stack, into the region's Consul and to each of many watchers of it.
 */
@Command(
        name = "propagation",
        mixinStandardHelpOptions = true,
        description =
                "From the write of a pointer into the global Consul to each of many machines that watch a region's.")
public final class PropagationBench implements Callable<Integer> {
    private static final long LIMIT_SECONDS = 60;
    private static final AppName APP = new AppName("bench-propagation");

    @Option(names = "--watchers", description = "machines of the region (default ${DEFAULT-VALUE})")
    private int count = 10_000;

    @Option(names = "--rounds", description = "pointers written, one after the other (default ${DEFAULT-VALUE})")
    private int rounds = 20;

    @Option(names = "--json", paramLabel = "FILE", description = "write the figures as JSON")
    private @Nullable Path json;

    /** Milliseconds from the write; percentiles over all watchers of all rounds. */
    record Figures(
            int watchers,
            int rounds,
            @JsonProperty("first_p50_ms") double firstP50,
            @JsonProperty("p50_ms") double p50,
            @JsonProperty("p99_ms") double p99,
            @JsonProperty("max_ms") double max,
            @JsonProperty("consul_rss_mib") long consulRss) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        Figures figures;
        try (BenchStack stack = BenchStack.up("--regions", "1", "--machines", "0", "--watchers", "" + (count + 100))) {
            figures = measure(stack.file(), stack.dir());
        }
        System.out.printf(
                Locale.ROOT,
                "%d watchers, %d pointers: first %.0f ms, p50 %.0f ms, p99 %.0f ms, max %.0f ms; regional Consul %d MiB%n",
                figures.watchers,
                figures.rounds,
                figures.firstP50,
                figures.p50,
                figures.p99,
                figures.max,
                figures.consulRss);
        if (json != null) {
            Files.write(json, Json.bytes(figures));
        }
        return 0;
    }

    private Figures measure(StackFile stack, Path dir) throws IOException, InterruptedException {
        StackFile.Region region = stack.regions().getFirst();
        SigningKey key = SigningKey.ofPem(
                Files.readString(dir.resolve("secrets/release.key")),
                Files.readString(dir.resolve("secrets/release.pub")));
        List<Long> all = new ArrayList<>();
        List<Long> firsts = new ArrayList<>();
        String writer = secret(dir, "consul-release-host.token");
        InetSocketAddress consul =
                new InetSocketAddress(region.consul().getHost(), region.consul().getPort());
        try (HttpClient http = HttpClient.newHttpClient();
                Watchers watchers = new Watchers(
                        consul, Pointer.KEY_PREFIX, secret(dir, "consul-machine-" + region.name() + ".token"))) {
            put(http, stack.globalConsul(), writer, SignedPointer.sign(pointer(1, region.name()), key));
            watchers.connect(count, LIMIT_SECONDS * 4);
            System.err.println(count + " watchers are connected");
            for (int round = 2; round <= rounds + 1; round++) {
                byte[] value = SignedPointer.sign(pointer(round, region.name()), key);
                long start = System.nanoTime();
                put(http, stack.globalConsul(), writer, value);
                List<Long> arrivals = watchers.await(Base64.getEncoder().encodeToString(value), start, LIMIT_SECONDS);
                firsts.add(arrivals.getFirst());
                all.addAll(arrivals);
            }
        }
        all.sort(null);
        firsts.sort(null);
        return new Figures(
                count,
                rounds,
                Latencies.millis(firsts, 0.5),
                Latencies.millis(all, 0.5),
                Latencies.millis(all, 0.99),
                Latencies.millis(all, 1),
                rssMiB(stack.process("consul-" + region.name()).pid()));
    }

    private static long rssMiB(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
                .findFirst()
                .orElse(0);
    }

    private static String secret(Path dir, String name) throws IOException {
        return Files.readString(dir.resolve("secrets").resolve(name)).strip();
    }

    private static void put(HttpClient http, URI consul, String token, byte[] value)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(consul.resolve("/v1/kv/" + Pointer.key(APP)))
                .header("X-Consul-Token", token)
                .PUT(HttpRequest.BodyPublishers.ofByteArray(value))
                .build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (!answer.body().strip().equals("true")) {
            throw new IOException("Consul answered " + answer.statusCode() + " " + answer.body());
        }
    }

    private static Pointer pointer(int seq, String region) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        return new Pointer(
                APP,
                new BuildName(APP + "-" + seq),
                new Seq(seq),
                0,
                new Artifact(new Digest("ab".repeat(32)), 10L << 30, new InfoHash("cd".repeat(20)), 4 << 20),
                Activation.ofFile("program"),
                Map.of(new RegionName(region), 0),
                now,
                now.plus(Duration.ofDays(7)));
    }
}
