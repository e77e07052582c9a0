package dev.shoal.simulation.load;

import dev.shoal.model.JobId;
import dev.shoal.model.Release;
import dev.shoal.model.job.Job;
import dev.shoal.simulation.arrivals.Arrival;
import dev.shoal.simulation.arrivals.Submissions;
import dev.shoal.simulation.chaos.Chaos;
import dev.shoal.simulation.chaos.ChaosOptions;
import dev.shoal.simulation.load.probe.CpuSeconds;
import dev.shoal.simulation.load.probe.DatabaseProbe;
import dev.shoal.simulation.stack.ShoalClient;
import dev.shoal.simulation.stack.StackFile;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Drives the running stack with real builds of tiny programs, watches it meanwhile, and accounts for every job. */
public final class Load {
    private static final Duration POLL = Duration.ofMillis(500);

    private final Path dir;
    private final StackFile stack;
    private final ShoalClient client;
    private final Submissions submissions;
    private final List<Arrival> arrivals;
    private final Duration deadline;
    private final PrintStream out;

    /**
     * @param dir the stack's directory, absolute
     * @param deadline after the last submission, for everything to end
     */
    public Load(
            Path dir,
            ShoalClient client,
            Submissions submissions,
            List<Arrival> arrivals,
            Duration deadline,
            PrintStream out) {
        this.dir = dir;
        this.stack = StackFile.read(dir);
        this.client = client;
        this.submissions = submissions;
        this.arrivals = List.copyOf(arrivals);
        this.deadline = deadline;
        this.out = out;
    }

    /** Runs it to its end; with {@code blows} processes are killed and frozen meanwhile, and every promise is audited. */
    public LoadReport run(String profile, Optional<ChaosOptions> blows, List<Objective> objectives) {
        try (Followers followers = new Followers(client);
                Sampler sampler = new Sampler(
                        DatabaseProbe.of(dir), out, () -> submissions.accepted().size(), arrivals.size())) {
            Map<String, Double> before = CpuSeconds.byKind(dir, stack);
            sampler.start();
            submissions.onAccepted((number, accepted) -> {
                if (number % followEach() == 0) {
                    followers.follow(accepted.job());
                }
            });
            double begin = sampler.seconds();
            Driven driven = blows.map(this::underBlows).orElseGet(() -> calmly(sampler));
            double wall = sampler.seconds() - begin;
            Map<String, Double> cpu = CpuSeconds.since(before, CpuSeconds.byKind(dir, StackFile.read(dir)));
            Accounts accounts = new Accounts(stack, client, submissions.accepted(), driven);
            return new ReportWriter(profile, arrivals, accounts, wall, objectives)
                    .write(sampler.course(), sampler.figures(), cpu, followers);
        }
    }

    /** A hundred samples are enough, and followers must not be the load. */
    private int followEach() {
        return Math.max(5, arrivals.size() / 100);
    }

    private Driven underBlows(ChaosOptions options) {
        Chaos.Outcome outcome = new Chaos(dir, options, out).run(submissions);
        return new Driven(outcome.jobs(), outcome.releases(), Optional.of(outcome.report()));
    }

    private Driven calmly(Sampler sampler) {
        submissions.run();
        Instant patience = Instant.now().plus(deadline);
        Map<JobId, Job> jobs = new HashMap<>();
        List<Release> releases = List.of();
        while (true) {
            // Asking for each job is work for the stack: the sampler knows when it is worth it.
            boolean over = Instant.now().isAfter(patience);
            if (sampler.isIdle() || over) {
                submissions.accepted().values().stream()
                        .map(Submissions.Accepted::job)
                        .filter(id ->
                                !jobs.containsKey(id) || !jobs.get(id).status().isFinal())
                        .forEach(id -> jobs.put(id, client.job(id)));
                releases = releases();
                boolean ended = jobs.values().stream().allMatch(j -> j.status().isFinal())
                        && releases.stream().allMatch(r -> r.status().isFinal());
                if (ended || over) {
                    return new Driven(List.copyOf(jobs.values()), releases, Optional.empty());
                }
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private List<Release> releases() {
        List<Release> all = new ArrayList<>();
        if (arrivals.stream().anyMatch(Arrival::release)) {
            submissions.apps().forEach(app -> all.addAll(client.releases(app)));
        }
        return all;
    }
}
