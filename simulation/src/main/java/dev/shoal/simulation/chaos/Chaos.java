package dev.shoal.simulation.chaos;

import dev.shoal.model.Release;
import dev.shoal.model.job.Job;
import dev.shoal.simulation.arrivals.Submissions;
import dev.shoal.simulation.stack.ShoalClient;
import dev.shoal.simulation.stack.Signals;
import dev.shoal.simulation.stack.StackFile;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Jobs and blows at once on a running stack, then the audit. */
public final class Chaos {
    private final Path dir;
    private final ChaosOptions options;
    private final PrintStream out;

    /** {@code dir} is the stack's directory, absolute. */
    public Chaos(Path dir, ChaosOptions options, PrintStream out) {
        this.dir = dir;
        this.options = options;
        this.out = out;
    }

    /** What the run came to, and every job and release of it as they ended. */
    public record Outcome(ChaosReport report, List<Job> jobs, List<Release> releases) {
        public Outcome {
            jobs = List.copyOf(jobs);
            releases = List.copyOf(releases);
        }
    }

    /** Submits everything, lets the blows fall meanwhile, waits until all has ended and healed, and audits. */
    public Outcome run(Submissions submissions) {
        long start = System.nanoTime();
        StackFile stack = StackFile.read(dir);
        ShoalClient client = new ShoalClient(stack.api(), stack.adminToken());
        Map<String, Integer> fallen;
        try (Blows blows = new Blows(new Signals(dir), out)) {
            blows.schedule(BlowPlan.of(options.seed(), options.length(), options.every(), byKind(stack)));
            submissions.run();
            fallen = blows.fallen();
        }
        out.println("chaos: the last blow has fallen, " + submissions.accepted().size() + " jobs were accepted");
        long lastBlow = System.nanoTime();
        ChaosAudit audit = new ChaosAudit(dir, client, submissions, options);
        audit.settle();
        double settled = (System.nanoTime() - lastBlow) / 1e9;
        audit.check();
        Collection<Job> jobs = audit.jobs().values();
        ChaosReport report = new ChaosReport(
                options.seed(),
                submissions.planned(),
                fallen,
                count(jobs, job -> job.status().wire()),
                (int) jobs.stream().filter(job -> job.attempt() > 1).count(),
                jobs.stream().mapToInt(Job::attempt).max().orElse(0),
                audit.downloads(),
                count(audit.releases(), (Release release) -> release.status().wire()),
                settled,
                (System.nanoTime() - start) / 1e9,
                audit.violations());
        return new Outcome(report, List.copyOf(jobs), audit.releases());
    }

    private static Map<String, List<String>> byKind(StackFile stack) {
        return stack.processes().stream()
                .collect(Collectors.groupingBy(
                        StackFile.StackProcess::kind,
                        TreeMap::new,
                        Collectors.mapping(StackFile.StackProcess::name, Collectors.toList())));
    }

    private static <T> Map<String, Integer> count(Collection<T> items, Function<T, String> by) {
        return items.stream().collect(Collectors.toMap(by, item -> 1, Integer::sum, TreeMap::new));
    }
}
