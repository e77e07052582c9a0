package dev.shoal.simulation.load;

import dev.shoal.model.AppName;
import dev.shoal.model.JobId;
import dev.shoal.model.Release;
import dev.shoal.model.job.Build;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobRequest;
import dev.shoal.model.job.JobSource;
import dev.shoal.simulation.stack.ShoalClient;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/** Drives the running stack with real builds of tiny programs and accounts for every one of them. */
public final class Load {
    private static final Duration POLL = Duration.ofMillis(500);

    private final ShoalClient client;
    private final LoadOptions options;
    private final PrintStream out;

    public Load(ShoalClient client, LoadOptions options, PrintStream out) {
        this.client = client;
        this.options = options;
        this.out = out;
    }

    /** Runs it to its end; {@code sources} is an empty directory that the build hosts can see. */
    public LoadReport run(Path sources) {
        long start = System.nanoTime();
        List<JobId> submitted = submitAll(sources, start);
        Map<JobId, Job> jobs = awaitAll(submitted);
        List<Release> releases = awaitReleases();
        double wall = (System.nanoTime() - start) / 1e9;
        return report(submitted, jobs, releases, wall);
    }

    private List<JobId> submitAll(Path sources, long start) {
        List<Path> programs = new ArrayList<>();
        for (int i = 0; i < options.apps(); i++) {
            programs.add(TinyProgram.write(sources, app(i)));
        }
        String run = UUID.randomUUID().toString();
        List<CompletableFuture<JobId>> answers = new ArrayList<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < options.builds(); i++) {
                long due = start + (long) (i / options.rate() * 1e9);
                while (System.nanoTime() < due) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
                JobRequest request = request(i, programs);
                Optional<String> key = Optional.of(run + "-" + i);
                answers.add(CompletableFuture.supplyAsync(
                        () -> client.submit(request, key).id(), callers));
            }
            return answers.stream().map(CompletableFuture::join).toList();
        }
    }

    private JobRequest request(int i, List<Path> programs) {
        int app = i % options.apps();
        boolean release = options.releaseEvery() > 0 && i % options.releaseEvery() == 0;
        JobSource source = new JobSource.Directory(programs.get(app).toString());
        return new JobRequest(app(app), source, JobRequest.DEFAULT_PRIORITY, release, List.of());
    }

    private static AppName app(int i) {
        return new AppName("load-" + i);
    }

    private Map<JobId, Job> awaitAll(List<JobId> ids) {
        Map<JobId, Job> jobs = new HashMap<>();
        Instant deadline = Instant.now().plus(options.deadline());
        while (Instant.now().isBefore(deadline)) {
            ids.stream()
                    .filter(id ->
                            !jobs.containsKey(id) || !jobs.get(id).status().isFinal())
                    .forEach(id -> jobs.put(id, client.job(id)));
            long ended =
                    jobs.values().stream().filter(j -> j.status().isFinal()).count();
            out.printf("%d of %d builds have ended%n", ended, ids.size());
            if (ended == ids.size()) {
                break;
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
        return jobs;
    }

    private List<Release> awaitReleases() {
        if (options.releaseEvery() == 0) {
            return List.of();
        }
        Instant deadline = Instant.now().plus(options.deadline());
        List<Release> releases = releases();
        while (releases.stream().anyMatch(r -> !r.status().isFinal())
                && Instant.now().isBefore(deadline)) {
            LockSupport.parkNanos(POLL.toNanos());
            releases = releases();
        }
        return releases;
    }

    private List<Release> releases() {
        List<Release> all = new ArrayList<>();
        for (int i = 0; i < options.apps(); i++) {
            all.addAll(client.releases(app(i)));
        }
        return all;
    }

    private LoadReport report(List<JobId> submitted, Map<JobId, Job> jobs, List<Release> releases, double wall) {
        Map<String, Integer> byStatus = new TreeMap<>();
        jobs.values()
                .forEach(j ->
                        byStatus.merge(j.status().isFinal() ? j.status().wire() : LoadReport.OPEN, 1, Integer::sum));
        Map<JobId, Build> builds = new HashMap<>();
        jobs.values().forEach(j -> j.build().ifPresent(name -> builds.put(j.id(), client.build(name))));
        Map<String, List<Long>> samples = new LinkedHashMap<>();
        for (StageTimes.Stage stage : StageTimes.Stage.values()) {
            samples.put(stage.name().toLowerCase(java.util.Locale.ROOT), new ArrayList<>());
        }
        jobs.values()
                .forEach(j -> StageTimes.of(j, Optional.ofNullable(builds.get(j.id())))
                        .forEach((stage, ms) -> samples.computeIfPresent(
                                stage.name().toLowerCase(java.util.Locale.ROOT), (name, list) -> {
                                    list.add(ms);
                                    return list;
                                })));
        releaseSamples(releases, samples);
        Map<String, Percentiles> stages = new LinkedHashMap<>();
        samples.forEach((name, list) -> stages.put(name, Percentiles.of(list)));
        int retried = (int) jobs.values().stream().filter(j -> j.attempt() > 1).count();
        return new LoadReport(submitted.size(), byStatus, retried, doubled(submitted, builds), wall, stages);
    }

    private void releaseSamples(List<Release> releases, Map<String, List<Long>> samples) {
        if (releases.isEmpty()) {
            return;
        }
        List<Long> first = new ArrayList<>();
        List<Long> last = new ArrayList<>();
        for (Release release : releases) {
            ShoalClient.ReleaseTimes times = client.releaseTimes(release.id());
            times.flipToFirstMs().ifPresent(first::add);
            times.flipToLastMs().ifPresent(last::add);
        }
        samples.put("flip_to_first", first);
        samples.put("flip_to_last", last);
    }

    /** Two submissions that became one job, or a build that names another job than its own. */
    private static List<String> doubled(List<JobId> submitted, Map<JobId, Build> builds) {
        List<String> doubled = new ArrayList<>();
        Map<JobId, Integer> count = new HashMap<>();
        submitted.forEach(id -> count.merge(id, 1, Integer::sum));
        count.forEach((id, n) -> {
            if (n > 1) {
                doubled.add("job " + id + " answers " + n + " submissions");
            }
        });
        builds.forEach((id, build) -> {
            if (!build.job().equals(id)) {
                doubled.add("build " + build.name() + " of job " + build.job() + " is claimed by job " + id);
            }
        });
        return doubled;
    }
}
