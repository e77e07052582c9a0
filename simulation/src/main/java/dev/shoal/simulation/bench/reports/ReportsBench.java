package dev.shoal.simulation.bench.reports;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.shoal.model.json.Json;
import dev.shoal.simulation.bench.BenchStack;
import dev.shoal.simulation.bench.Latencies;
import dev.shoal.simulation.load.probe.CpuSeconds;
import dev.shoal.simulation.stack.StackFile;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code ./shoal bench reports}: machines report each change of state to the region agents of a real stack, evenly spread over the
 * time; those pass them on to the API, which writes them into Postgres. Signs of life between changes are not part of it.
 */
@Command(
        name = "reports",
        mixinStandardHelpOptions = true,
        description = "A fleet that changes state, and the processor time that its reports cost Postgres.")
public final class ReportsBench implements Callable<Integer> {
    private static final int SENDERS = 64;
    private static final long PROBE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long SETTLE_SECONDS = 120;
    private static final String PROBE = "bench-probe";

    @Option(names = "--machines", description = "in the fleet (default ${DEFAULT-VALUE})")
    private int machines = 100_000;

    @Option(names = "--changes", description = "of each machine (default ${DEFAULT-VALUE})")
    private int changes = 5;

    @Option(names = "--minutes", description = "in which they happen (default ${DEFAULT-VALUE})")
    private double minutes = 5;

    @Option(names = "--json", paramLabel = "FILE", description = "write the figures as JSON")
    private @Nullable Path json;

    /**
     * What came of it.
     *
     * @param late how many reports were sent more than a second after they were due: above 0 the sender was the limit
     * @param postgresShare of this computer's processors while reports were sent, from 0 to 1; the goal is below 0.25
     * @param p99Millis from a report until the table had it
     * @param hotShare of the updates that stayed on their page
     */
    record Figures(
            int machines,
            int changes,
            @JsonProperty("reports_per_second") double perSecond,
            long late,
            @JsonProperty("postgres_share") double postgresShare,
            @JsonProperty("cpu_seconds") Map<String, Double> cpuSeconds,
            @JsonProperty("p50_ms") double p50Millis,
            @JsonProperty("p99_ms") double p99Millis,
            @JsonProperty("hot_share") double hotShare) {}

    @Override
    public Integer call() throws IOException, InterruptedException, SQLException {
        Figures figures;
        try (BenchStack stack = BenchStack.up("--regions", "2", "--machines", "0", "--build-hosts", "1")) {
            figures = measure(stack.dir(), stack.file());
        }
        print(figures);
        if (json != null) {
            Files.write(json, Json.bytes(figures));
        }
        return 0;
    }

    private Figures measure(Path dir, StackFile stack) throws IOException, InterruptedException, SQLException {
        String token = Files.readString(dir.resolve("secrets/machine.token")).strip();
        try (HttpClient http = HttpClient.newHttpClient();
                MachineTable table = MachineTable.of(dir)) {
            Fleet fleet = new Fleet(http, stack.regions(), token);
            System.err.println("every machine reports once …");
            var unused = sendAll(fleet, 1, 1, machines / 3_000.0);
            awaitAll(table, 1);
            long updated = table.counter("n_tup_upd");
            long hot = table.counter("n_tup_hot_upd");
            Map<String, Double> before = CpuSeconds.byKind(dir, stack);
            long start = System.nanoTime();
            System.err.printf(Locale.ROOT, "%d changes each within %.1f minutes …%n", changes, minutes);
            Probe probe = new Probe(fleet, dir);
            long late;
            try (ExecutorService aside = Executors.newSingleThreadExecutor()) {
                Future<List<Long>> latencies = aside.submit(probe);
                late = sendAll(fleet, 2, changes, minutes * 60);
                double seconds = (System.nanoTime() - start) / 1e9;
                Map<String, Double> used = CpuSeconds.since(before, CpuSeconds.byKind(dir, stack));
                probe.stop();
                List<Long> sorted = new ArrayList<>(latencies.get());
                sorted.sort(null);
                awaitAll(table, 1L + changes);
                // Sessions hand in their counts once a second.
                return new Figures(
                        machines,
                        changes,
                        (double) machines * changes / seconds,
                        late,
                        used.getOrDefault("postgres", Double.NaN)
                                / seconds
                                / Runtime.getRuntime().availableProcessors(),
                        used,
                        Latencies.millis(sorted, 0.5),
                        Latencies.millis(sorted, 0.99),
                        (double) (table.counter("n_tup_hot_upd") - hot)
                                / Math.max(1, table.counter("n_tup_upd") - updated));
            } catch (java.util.concurrent.ExecutionException e) {
                throw new IOException("the probe failed", e);
            } finally {
                probe.stop();
            }
        }
    }

    /** A machine of its own whose reports are followed into the table. */
    private static final class Probe implements Callable<List<Long>> {
        private final Fleet fleet;
        private final Path dir;
        private volatile boolean stopped;

        Probe(Fleet fleet, Path dir) {
            this.fleet = fleet;
            this.dir = dir;
        }

        void stop() {
            stopped = true;
        }

        @Override
        public List<Long> call() throws Exception {
            List<Long> nanos = new ArrayList<>();
            try (MachineTable table = MachineTable.of(dir)) {
                for (long number = 1; !stopped; number++) {
                    long start = System.nanoTime();
                    fleet.send(0, PROBE, number);
                    while (table.number(PROBE) < number && !stopped) {
                        LockSupport.parkNanos(POLL_NANOS);
                    }
                    nanos.add(System.nanoTime() - start);
                    LockSupport.parkNanos(PROBE_NANOS);
                }
            }
            return nanos;
        }
    }

    /** Sends {@code count} reports of each machine, from number {@code first} on, evenly within the seconds; returns how many were late. */
    private long sendAll(Fleet fleet, long first, int count, double seconds) throws IOException, InterruptedException {
        AtomicLong next = new AtomicLong();
        AtomicLong late = new AtomicLong();
        long all = (long) machines * count;
        long start = System.nanoTime();
        double each = seconds * 1e9 / all;
        try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> running = new ArrayList<>();
            for (int i = 0; i < SENDERS; i++) {
                running.add(senders.submit(() -> {
                    for (long n = next.getAndIncrement(); n < all; n = next.getAndIncrement()) {
                        long due = start + (long) (each * n);
                        for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                            LockSupport.parkNanos(wait);
                        }
                        if (System.nanoTime() - due > TimeUnit.SECONDS.toNanos(1)) {
                            late.incrementAndGet();
                        }
                        fleet.report((int) (n % machines), first + n / machines);
                    }
                    return true;
                }));
            }
            for (Future<Boolean> sender : running) {
                var unused = sender.get();
            }
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IOException("a report was not taken: " + e.getCause(), e);
        }
        return late.get();
    }

    private void awaitAll(MachineTable table, long number) throws IOException, InterruptedException, SQLException {
        String state =
                Fleet.STATES.get((int) ((number - 1) % Fleet.STATES.size())).name();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SETTLE_SECONDS);
        long arrived = table.arrived(Fleet.APP.value(), number, state);
        while (arrived < machines) {
            if (System.nanoTime() > deadline) {
                throw new IOException(
                        "only " + arrived + " of " + machines + " machines' last reports are in the table");
            }
            LockSupport.parkNanos(PROBE_NANOS * 2);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            arrived = table.arrived(Fleet.APP.value(), number, state);
        }
    }

    private static void print(Figures f) {
        System.out.printf(
                Locale.ROOT,
                "%d machines, %d changes each: %.0f reports/s (%d sent late); Postgres %.1f %% of this computer; report to table p50 %.0f ms,"
                        + " p99 %.0f ms; HOT %.1f %%%n",
                f.machines,
                f.changes,
                f.perSecond,
                f.late,
                f.postgresShare * 100,
                f.p50Millis,
                f.p99Millis,
                f.hotShare * 100);
        f.cpuSeconds.forEach((kind, seconds) -> System.out.printf(Locale.ROOT, "  %-12s %8.1f CPU s%n", kind, seconds));
    }
}
