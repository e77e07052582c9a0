package dev.shoal.simulation.bench.swarm;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.shoal.model.ByteSizes;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.json.Json;
import dev.shoal.simulation.bench.Trees;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code ./shoal bench swarm}: a region of real agents, each in a network namespace behind a shaped link, from the flip of the
 * pointer to the last verified file, against the bound for the rates that one plain TCP transfer reaches through the same links.
 */
@Command(
        name = "swarm",
        mixinStandardHelpOptions = true,
        description = "A release to real agents behind shaped links, against the least time that is possible.")
public final class SwarmBench implements Callable<Integer> {
    private static final int BUFFER = 1 << 20;
    private static final String OURS = "shoal";
    private static final double PROBE_SECONDS = 5;
    private static final String WARM_UP = "1MiB";
    private static final String TINY = "16KiB";
    private static final double WARM_UP_LIMIT = 240;
    private static final double LEAST_LIMIT = 120;
    private static final double LIMIT_BOUNDS = 20;
    private static final double UNBOUNDED_LIMIT = 900;

    @Option(names = "--agents", description = "machines (default ${DEFAULT-VALUE})")
    private int agents = 16;

    @Option(
            names = "--origins",
            description = "region agents, each with a link like a machine's (default ${DEFAULT-VALUE})")
    private int origins = 1;

    @Option(names = "--size", paramLabel = "SIZE", description = "of the build (default ${DEFAULT-VALUE})")
    private String size = "256MiB";

    @Option(names = "--rate", paramLabel = "RATE", description = "of each link, either way (default ${DEFAULT-VALUE})")
    private String rate = "40Mbit";

    @Option(
            names = "--case",
            split = ",",
            paramLabel = "CASE",
            description = "equal, slow, late, killed, two-builds, racks (default ${DEFAULT-VALUE})")
    private List<String> cases = List.of("equal");

    @Option(
            names = "--peers",
            split = ",",
            paramLabel = "PEER",
            description =
                    "shoal and what it is compared with in the case equal: aria2, libtorrent, http (default ${DEFAULT-VALUE})")
    private List<String> peers = List.of("shoal", "aria2", "libtorrent", "http");

    @Option(names = "--rounds", description = "of each case (default ${DEFAULT-VALUE})")
    private int rounds = 1;

    @Option(names = "--unshaped", description = "on loopback, where the processor is the limit")
    private boolean unshaped;

    @Option(names = "--trace", description = "say each second what is sent and received")
    private boolean trace;

    @Option(names = "--dir", paramLabel = "DIR", description = "where there is room (default: a temporary directory)")
    private @Nullable Path parent;

    @Option(names = "--json", paramLabel = "FILE", description = "write the figures as JSON")
    private @Nullable Path json;

    /**
     * All figures.
     *
     * @param start the median machine's seconds for a build of a single piece; NaN if ours did not run
     */
    record Figures(
            int agents,
            int origins,
            long size,
            @JsonProperty("piece_length") int pieceLength,
            @JsonProperty("tcp_bytes_per_second") double tcp,
            @JsonProperty("start_seconds") double start,
            String testbed,
            List<SwarmFigures> releases) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Case> scenes = cases.stream().map(Case::ofWire).toList();
        requireKnown(peers);
        Optional<String> obstacle = unshaped ? Optional.empty() : Namespaces.obstacle();
        if (obstacle.isPresent()) {
            System.err.println("SKIPPED: " + obstacle.get() + "; --unshaped needs none");
            return 1;
        }
        Path consul = PinnedConsul.get();
        List<SwarmFigures> all = new ArrayList<>();
        Figures figures = null;
        System.out.println(SwarmReport.header());
        for (Case scene : scenes) {
            figures = measure(scene, consul, all);
        }
        if (json != null && figures != null) {
            Files.write(json, Json.bytes(figures));
        }
        return 0;
    }

    private Figures measure(Case scene, Path consul, List<SwarmFigures> all) throws IOException, InterruptedException {
        Path dir = scratch();
        Topology topology = Topology.of(scene, origins, agents, Rates.parse(rate));
        try (Testbed testbed = unshaped ? new Loopback(dir) : Namespaces.open(topology, dir)) {
            double tcp = unshaped ? Double.POSITIVE_INFINITY : tcp(testbed, dir, scene);
            System.err.println("starting " + agents + " agents …");
            if (scene == Case.EQUAL) {
                rivals(testbed, dir, topology, tcp, all);
            }
            if (!peers.contains(OURS)) {
                return figures(testbed, tcp, all);
            }
            try (SwarmRegion region = SwarmRegion.start(testbed, dir, origins, consul);
                    Machines machines = Machines.start(testbed, dir, region, topology, origins)) {
                Release release = new Release(testbed, region, machines, origins, trace);
                // The first one finds cold programs, the second tells how long a release takes before a link counts.
                var unused = warmUp(release, region, dir, WARM_UP, 1);
                double start = warmUp(release, region, dir, TINY, 2);
                int pieceLength = 0;
                for (int round = 0; round < rounds; round++) {
                    List<Artifact> builds = builds(region, dir, scene, round);
                    pieceLength = builds.getFirst().pieceLength();
                    System.err.println("round " + (round + 1) + " of " + rounds + ", " + scene.wire() + " …");
                    double bound = bound(builds, topology, tcp);
                    SwarmFigures figures = release.run(scene, builds, round + 3L, bound, limit(bound));
                    System.out.println(SwarmReport.line(figures));
                    SwarmReport.doubts(figures).forEach(System.out::println);
                    SwarmReport.racks(figures, topology.ownRackByChance(origins))
                            .forEach(System.out::println);
                    all.add(figures);
                }
                return new Figures(
                        agents,
                        origins,
                        ByteSizes.parse(size),
                        pieceLength,
                        tcp,
                        start,
                        testbed.name(),
                        List.copyOf(all));
            }
        }
    }

    /** What others need in the same testbed, before ours: each alone. */
    private void rivals(Testbed testbed, Path dir, Topology topology, double tcp, List<SwarmFigures> all)
            throws IOException, InterruptedException {
        for (Rival rival : Rival.values()) {
            if (!peers.contains(rival.wire())) {
                continue;
            }
            if (rival.missing().isPresent()) {
                System.out.println("SKIPPED: " + rival.wire() + ", there is no "
                        + rival.missing().get() + " here");
                continue;
            }
            // From one server everybody's time grows with their number: a share of the file shows the same ratio
            // sooner.
            long bytes =
                    rival == Rival.HTTP ? Math.max(1 << 20, ByteSizes.parse(size) / agents) : ByteSizes.parse(size);
            Path home = Files.createDirectories(dir.resolve(rival.wire()));
            Rival.Share share = Rival.Share.of(fill(home, Long.toString(bytes), 1), agents);
            double bound = bound(bytes, share.metainfo().pieceCount(), topology, 1, tcp);
            System.err.println(rival.wire() + " with " + ByteSizes.text(bytes) + " …");
            SwarmFigures figures = RivalRelease.run(rival, testbed, home, share, bound, limit(bound) * agents);
            // Its copies would be in the way of the next one's, in memory or on disk.
            Trees.delete(home);
            Trees.delete(share.directory());
            System.out.println(SwarmReport.line(figures));
            SwarmReport.doubts(figures).forEach(System.out::println);
            all.add(figures);
        }
    }

    private double warmUp(Release release, SwarmRegion region, Path dir, String bytes, int seq)
            throws IOException, InterruptedException {
        return release.run(Case.EQUAL, List.of(region.upload(fill(dir, bytes, -seq))), seq, 1, WARM_UP_LIMIT)
                .quantile(0.5);
    }

    private Figures figures(Testbed testbed, double tcp, List<SwarmFigures> all) {
        return new Figures(
                agents, origins, ByteSizes.parse(size), 0, tcp, Double.NaN, testbed.name(), List.copyOf(all));
    }

    private static void requireKnown(List<String> names) {
        List<String> known = new ArrayList<>(List.of(OURS));
        Stream.of(Rival.values()).map(Rival::wire).forEach(known::add);
        names.stream().filter(name -> !known.contains(name)).findFirst().ifPresent(name -> {
            throw new IllegalArgumentException("no peer '" + name + "', only " + known);
        });
    }

    private static double limit(double bound) {
        return Double.isNaN(bound) ? UNBOUNDED_LIMIT : LEAST_LIMIT + LIMIT_BOUNDS * bound;
    }

    private double bound(List<Artifact> builds, Topology topology, double tcp) {
        Artifact build = builds.getFirst();
        int pieces = Math.toIntExact(Math.ceilDiv(build.size(), build.pieceLength()));
        return bound(build.size() * builds.size(), pieces * builds.size(), topology, origins, tcp);
    }

    /** In seconds; not a number where no link is the limit. */
    private double bound(long bytes, int pieces, Topology topology, int sources, double tcp) {
        return Double.isInfinite(tcp)
                ? Double.NaN
                : new Bound(bytes, pieces, agents, sources * tcp, tcp, topology.sending(origins) * tcp).seconds();
    }

    private List<Artifact> builds(SwarmRegion region, Path dir, Case scene, int round) throws IOException {
        List<Artifact> builds = new ArrayList<>();
        for (int n = 0; n < scene.builds(); n++) {
            Path file = fill(dir, size, 1 + round * 2 + n);
            builds.add(region.upload(file));
            Files.delete(file);
        }
        return builds;
    }

    /** Through the links of the first origin and of a machine to which nothing happens. */
    private double tcp(Testbed testbed, Path dir, Case scene) throws IOException, InterruptedException {
        int receiving = origins
                + IntStream.range(0, agents)
                        .filter(i -> !scene.touches(i, agents))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("too few agents for " + scene.wire()));
        String port = Integer.toString(SwarmRegion.freePort());
        String bytes = Long.toString((long) (Rates.parse(rate) / 8.0 * PROBE_SECONDS));
        List<String> send = List.of("send", testbed.address(0), port, bytes);
        List<String> receive = List.of("receive", testbed.address(0), port);
        Path log = dir.resolve("tcp.log");
        try (HostProcess sender =
                HostProcess.start(testbed.on(0, HostProcess.java(PlainTransfer.class, 64, send)), log, true)) {
            var unused = sender.line("listening", "listening");
            try (HostProcess receiver = HostProcess.start(
                    testbed.on(receiving, HostProcess.java(PlainTransfer.class, 64, receive)), log, true)) {
                double perSecond = Double.parseDouble(receiver.line("", ""));
                System.out.printf(Locale.ROOT, "one TCP transfer: %.2f MiB/s%n", perSecond / (1 << 20));
                return perSecond;
            }
        }
    }

    private static Path fill(Path dir, String size, int number) throws IOException {
        Path file = dir.resolve("build-" + number);
        byte[] block = new byte[BUFFER];
        Random random = new Random(number);
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long left = ByteSizes.parse(size); left > 0; left -= BUFFER) {
                random.nextBytes(block);
                out.write(block, 0, (int) Math.min(BUFFER, left));
            }
        }
        return file;
    }

    private Path scratch() throws IOException {
        Path made = parent == null
                ? Files.createTempDirectory("shoal-bench-")
                : Files.createTempDirectory(Files.createDirectories(parent), "shoal-bench-");
        return made.toAbsolutePath();
    }
}
