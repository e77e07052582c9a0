package dev.shoal.simulation.bench.artifact;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.shoal.activities.blobs.RegionConfig;
import dev.shoal.activities.blobs.S3ArtifactStore;
import dev.shoal.activities.blobs.S3Regions;
import dev.shoal.model.ByteSizes;
import dev.shoal.model.JobId;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.json.Json;
import dev.shoal.simulation.bench.Scratch;
import dev.shoal.simulation.stack.Launcher;
import dev.shoal.workflows.Lease;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code ./shoal bench artifact}: digest, piece hashes and upload of one file, by Shoal and by sha256sum, a copier and mktorrent one
 * after the other, against the same S3 in a process of its own. Rounds alternate, and the file is read once before each; both upload
 * a smaller file twice before the first.
 */
@Command(
        name = "artifact",
        mixinStandardHelpOptions = true,
        description = "Upload of an artifact against sha256sum, then s5cmd (or rclone, or aws), then mktorrent.")
public final class ArtifactBench implements Callable<Integer> {
    private static final int BUFFER = 1 << 20;
    private static final int COPIES = 3;
    private static final long WARM_UP = 512L << 20;
    private static final int WARM_UPS = 2;

    @Option(names = "--size", paramLabel = "SIZE", description = "of the file (default ${DEFAULT-VALUE})")
    private String size = "4GiB";

    @Option(names = "--rounds", paramLabel = "N", description = "of each (default ${DEFAULT-VALUE})")
    private int rounds = 3;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description =
                    "where three times the size is free; a directory in it, deleted afterwards (default: in memory if there is room)")
    private @Nullable Path parent;

    @Option(names = "--json", paramLabel = "FILE", description = "write the figures as JSON")
    private @Nullable Path json;

    /** Medians over the rounds, in milliseconds; {@code ratio} is chain over Shoal and absent without a chain. */
    record Figures(
            long size,
            int rounds,
            @JsonProperty("shoal_ms") Map<String, Long> shoal,
            @JsonProperty("chain_ms") Map<String, Long> chain,
            @JsonProperty("shoal_total_ms") long shoalTotal,
            @JsonProperty("chain_total_ms") long chainTotal,
            Optional<Double> ratio,
            List<String> missing) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        long bytes = ByteSizes.parse(size);
        // The file, its parts in the store, and the object that the store makes of them.
        try (Scratch scratch = Scratch.open(parent, COPIES * bytes);
                Endpoint endpoint = Endpoint.start(scratch.directory())) {
            Path dir = scratch.directory();
            Tooling tooling = new Tooling(Launcher.find().home(), dir.resolve("tools.log"));
            Figures figures = measure(dir, endpoint, Peers.find(tooling, dir), bytes);
            System.out.println("everything " + scratch.place());
            print(figures);
            if (json != null) {
                Files.write(json, Json.bytes(figures));
            }
            return 0;
        }
    }

    private Figures measure(Path dir, Endpoint endpoint, Peers.Found peers, long bytes)
            throws IOException, InterruptedException {
        warmUp(dir, endpoint, peers, Math.min(bytes, WARM_UP));
        Path file = dir.resolve("artifact.bin");
        fill(file, bytes);
        List<Map<String, Long>> ours = new ArrayList<>();
        List<Map<String, Long>> theirs = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            RegionConfig bucket = endpoint.emptyBucket("shoal");
            prime(file);
            Artifact artifact = upload(file, bucket, ours);
            endpoint.emptyBucket("shoal");
            if (peers.chain().isPresent()) {
                RegionConfig other = endpoint.emptyBucket("chain");
                prime(file);
                theirs.add(peers.chain()
                        .get()
                        .run(file, other.s3(), artifact.digest().value()));
                endpoint.emptyBucket("chain");
            }
            System.err.println("round " + round + " of " + rounds);
        }
        Map<String, Long> shoal = medians(ours);
        Map<String, Long> chain = medians(theirs);
        long shoalTotal = sum(shoal);
        long chainTotal = sum(chain);
        return new Figures(
                bytes,
                rounds,
                shoal,
                chain,
                shoalTotal,
                chainTotal,
                chain.isEmpty() ? Optional.empty() : Optional.of((double) chainTotal / shoalTotal),
                peers.missing());
    }

    /** A build host and a store have run for long: neither shows what compiling their code costs. */
    private static void warmUp(Path dir, Endpoint endpoint, Peers.Found peers, long bytes)
            throws IOException, InterruptedException {
        Path file = dir.resolve("warm-up.bin");
        fill(file, bytes);
        for (int time = 0; time < WARM_UPS; time++) {
            Artifact artifact = upload(file, endpoint.emptyBucket("warm-up"), new ArrayList<>());
            if (peers.chain().isPresent()) {
                RegionConfig bucket = endpoint.emptyBucket("warm-up");
                peers.chain().get().run(file, bucket.s3(), artifact.digest().value());
            }
        }
        endpoint.emptyBucket("warm-up");
        Files.delete(file);
    }

    private static Artifact upload(Path file, RegionConfig bucket, List<Map<String, Long>> nanos) {
        ExecutorService pool = Executors.newCachedThreadPool();
        try (S3Regions regions = S3Regions.open(List.of(bucket))) {
            long[] sending = {0};
            long start = System.nanoTime();
            Artifact artifact = new S3ArtifactStore(regions, Endpoint.REGION, pool)
                    .upload(file, new Lease(new JobId(1), 1), (moved, total) -> {
                        // The first part that is stored: scanning is over, but for that part's own time.
                        if (moved > 0 && sending[0] == 0) {
                            sending[0] = System.nanoTime();
                        }
                    });
            long end = System.nanoTime();
            Map<String, Long> steps = new LinkedHashMap<>();
            steps.put("hash (and first part)", sending[0] - start);
            steps.put("send", end - sending[0]);
            nanos.add(steps);
            return artifact;
        } finally {
            pool.shutdownNow();
        }
    }

    /** Bytes that no tool can compress or skip. */
    private static void fill(Path file, long bytes) throws IOException {
        byte[] block = new byte[BUFFER];
        Random random = new Random(bytes);
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long left = bytes; left > 0; left -= BUFFER) {
                random.nextBytes(block);
                out.write(block, 0, (int) Math.min(BUFFER, left));
            }
        }
    }

    private static void prime(Path file) throws IOException {
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = Files.newInputStream(file)) {
            int read = in.read(buffer);
            while (read >= 0) {
                read = in.read(buffer);
            }
        }
    }

    private static Map<String, Long> medians(List<Map<String, Long>> rounds) {
        Map<String, Long> medians = new LinkedHashMap<>();
        if (!rounds.isEmpty()) {
            for (String step : rounds.getFirst().keySet()) {
                List<Long> sorted = rounds.stream()
                        .map(round -> round.getOrDefault(step, 0L))
                        .sorted()
                        .toList();
                medians.put(step, sorted.get(sorted.size() / 2) / 1_000_000);
            }
        }
        return medians;
    }

    private static long sum(Map<String, Long> steps) {
        return steps.values().stream().mapToLong(Long::longValue).sum();
    }

    private static void print(Figures figures) {
        System.out.printf(Locale.ROOT, "%s, median of %d rounds%n", ByteSizes.text(figures.size), figures.rounds);
        print("shoal", figures.shoal, figures.shoalTotal);
        if (figures.chain.isEmpty()) {
            System.out.println("no chain to compare with");
        } else {
            print("chain", figures.chain, figures.chainTotal);
            System.out.printf(Locale.ROOT, "ratio: %.2f%n", figures.ratio.orElseThrow());
        }
        if (!figures.missing.isEmpty()) {
            System.out.println("missing peers: " + String.join(", ", figures.missing));
        }
    }

    private static void print(String who, Map<String, Long> steps, long total) {
        steps.forEach((step, millis) -> System.out.printf(Locale.ROOT, "  %-24s %8.2f s%n", step, millis / 1000.0));
        System.out.printf(Locale.ROOT, "%-26s %8.2f s%n", who, total / 1000.0);
    }
}
