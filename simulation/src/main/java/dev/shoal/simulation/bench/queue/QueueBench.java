package dev.shoal.simulation.bench.queue;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.shoal.activities.jobs.Database;
import dev.shoal.model.json.Json;
import dev.shoal.workflows.Lease;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./shoal bench queue}. Both queues take turns on one Postgres, and each figure is the median of its rounds. */
@Command(
        name = "queue",
        mixinStandardHelpOptions = true,
        description = "Claims and heartbeats of the job queue, against db-scheduler on the same Postgres.")
public final class QueueBench implements Callable<Integer> {
    private static final int HEARTBEAT_JOBS = 500;

    /** More than is taken in a round, its second of warm-up included, at any rate seen. */
    private static final int JOBS_A_SECOND = 10_000;

    @Option(names = "--seconds", description = "of each measurement (default ${DEFAULT-VALUE})")
    private int seconds = 5;

    @Option(names = "--rounds", description = "of each measurement, taking turns (default ${DEFAULT-VALUE})")
    private int rounds = 3;

    @Option(names = "--clients", split = ",", description = "at once (default ${DEFAULT-VALUE})")
    private List<Integer> clients = List.of(1, 8, 32);

    @Option(
            names = "--sizes",
            split = ",",
            description = "finished jobs in the table, ascending (default ${DEFAULT-VALUE})")
    private List<Integer> sizes = List.of(0, 100_000, 1_000_000);

    @Option(names = "--json", paramLabel = "FILE", description = "write the figures as JSON")
    private @Nullable Path json;

    /** Two queues at the same work. */
    record Pair(Rate shoal, @JsonProperty("db_scheduler") Rate dbScheduler, double ratio) {}

    /**
     * One line of the table.
     *
     * @param claim taking a job, one at a time
     * @param cycle taking and finishing a job, one at a time
     * @param scheduler db-scheduler as it runs by itself: taking many at a time, finishing one at a time
     */
    record Line(int finished, int clients, Pair claim, Pair cycle, Rate scheduler) {}

    /** All figures. {@code cost} is the rate without finished jobs over that with the most, at each number of clients' worst. */
    record Figures(
            List<Line> lines,
            Rate heartbeats,
            @JsonProperty("hot_share") double hotShare,
            @JsonProperty("cost_of_history") double cost) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (BenchPostgres postgres = BenchPostgres.start()) {
            try (Database database = new Database(postgres.config(2), "bench-migrate")) {
                database.migrate();
            }
            Figures figures = measure(postgres, System.out);
            if (json != null) {
                Files.write(json, Json.bytes(figures));
            }
        }
        return 0;
    }

    private Figures measure(BenchPostgres postgres, PrintStream out) throws InterruptedException {
        ShoalQueue shoal = new ShoalQueue(postgres);
        DbScheduler peer = new DbScheduler(postgres);
        out.printf("jobs per second; median of %d rounds of %d s, taking turns%n", rounds, seconds);
        out.printf("%10s %8s | %-44s | %-26s | db-scheduler%n", "", "", "claim, one at a time", "claim and finish");
        out.printf(
                "%10s %8s | %9s %9s %8s %8s %6s | %9s %9s %6s | in batches%n",
                "finished", "clients", "shoal", "db-sched", "p50 µs", "p99 µs", "ratio", "shoal", "db-sched", "ratio");
        List<Line> lines = new ArrayList<>();
        int present = 0;
        for (int size : sizes) {
            shoal.addFinished(size - present);
            present = size;
            for (int n : clients) {
                Line line = line(size, n, shoal, peer);
                lines.add(line);
                out.printf(
                        Locale.ROOT,
                        "%10d %8d | %9.0f %9.0f %8.0f %8.0f %5.2fx | %9.0f %9.0f %5.2fx | %9.0f%n",
                        size,
                        n,
                        line.claim.shoal.perSecond(),
                        line.claim.dbScheduler.perSecond(),
                        line.claim.shoal.p50Micros(),
                        line.claim.shoal.p99Micros(),
                        line.claim.ratio,
                        line.cycle.shoal.perSecond(),
                        line.cycle.dbScheduler.perSecond(),
                        line.cycle.ratio,
                        line.scheduler.perSecond());
            }
        }
        shoal.fillQueue(HEARTBEAT_JOBS);
        List<Lease> leases = shoal.start(HEARTBEAT_JOBS);
        long updated = updates(postgres, "n_tup_upd");
        long hot = updates(postgres, "n_tup_hot_upd");
        Rate beats = shoal.heartbeats(leases, 8, Duration.ofSeconds(seconds));
        double share = (updates(postgres, "n_tup_hot_upd") - hot)
                / (double) Math.max(1, updates(postgres, "n_tup_upd") - updated);
        double cost = cost(lines);
        out.printf(
                Locale.ROOT,
                "heartbeats: %.0f/s, p99 %.0f µs, HOT %.1f %%%n",
                beats.perSecond(),
                beats.p99Micros(),
                share * 100);
        out.printf(Locale.ROOT, "cost of %d finished jobs: %.2fx%n", sizes.getLast(), cost);
        return new Figures(lines, beats, share, cost);
    }

    private Line line(int size, int n, ShoalQueue shoal, DbScheduler peer) throws InterruptedException {
        Pair claim = pair(n, false, shoal, peer);
        Pair cycle = pair(n, true, shoal, peer);
        List<Rate> batches = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            peer.fill(JOBS_A_SECOND * (seconds + 1));
            batches.add(peer.run(n, Duration.ofSeconds(seconds)));
        }
        return new Line(size, n, claim, cycle, median(batches));
    }

    private Pair pair(int n, boolean finish, ShoalQueue shoal, DbScheduler peer) throws InterruptedException {
        List<Rate> ours = new ArrayList<>();
        List<Rate> theirs = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            shoal.fillQueue(JOBS_A_SECOND * (seconds + 1));
            ours.add(shoal.claims(n, finish, Duration.ofSeconds(seconds)));
            peer.fill(JOBS_A_SECOND * (seconds + 1));
            theirs.add(peer.claims(n, finish, Duration.ofSeconds(seconds)));
        }
        Rate our = median(ours);
        Rate their = median(theirs);
        return new Pair(our, their, our.perSecond() / their.perSecond());
    }

    private static Rate median(List<Rate> rates) {
        List<Rate> sorted = new ArrayList<>(rates);
        sorted.sort(Comparator.comparingDouble(Rate::perSecond));
        return sorted.get(sorted.size() / 2);
    }

    private double cost(List<Line> lines) {
        double worst = 0;
        for (int n : clients) {
            List<Line> same = lines.stream().filter(l -> l.clients() == n).toList();
            worst = Math.max(
                    worst,
                    same.getFirst().claim.shoal.perSecond()
                            / same.getLast().claim.shoal.perSecond());
        }
        return worst;
    }

    private static long updates(BenchPostgres postgres, String column) {
        // A backend's counts are its own until it ends or is idle for a second; all of the measurement's have ended.
        return postgres.number("SELECT " + column + " FROM pg_stat_user_tables WHERE relname = 'jobs'");
    }
}
