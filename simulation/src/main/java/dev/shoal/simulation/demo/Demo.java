package dev.shoal.simulation.demo;

import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.Release;
import dev.shoal.model.ReleaseStatus;
import dev.shoal.model.job.Build;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobRequest;
import dev.shoal.model.job.JobSource;
import dev.shoal.model.job.JobStatus;
import dev.shoal.simulation.stack.ShoalClient;
import dev.shoal.simulation.stack.StackFile;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** The main job on a running stack: version 1, version 2, back to version 1, each on every machine. */
final class Demo {
    private static final AppName HELLO = new AppName("hello");
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration LONGEST_BUILD = Duration.ofMinutes(5);
    private static final Duration LONGEST_ROLLOUT = Duration.ofMinutes(5);

    private final StackFile stack;
    private final ShoalClient client;
    private final ExampleRepository repository;
    private final Screen screen;

    Demo(StackFile stack, ExampleRepository repository, Screen screen) {
        this.stack = stack;
        this.client = new ShoalClient(stack.api(), stack.adminToken());
        this.repository = repository;
        this.screen = screen;
    }

    DemoReport run() {
        awaitMachines();
        List<DemoReport.Released> releases = new ArrayList<>();
        releases.add(ship("1"));
        releases.add(ship("2"));
        screen.title("Rolling back to version 1");
        releases.add(follow("rollback", client.rollback(HELLO)));
        String answer = askEveryRegion("rollback", "1");
        return new DemoReport(stack.regions().size(), stack.machines().size(), releases, answer, screen.seconds());
    }

    private void awaitMachines() {
        Instant deadline = Instant.now().plus(Duration.ofMinutes(1));
        while (client.machines().stream().filter(ShoalClient.MachineView::live).count()
                < stack.machines().size()) {
            if (Instant.now().isAfter(deadline)) {
                throw new DemoFailure("machines", "not every machine reported within a minute");
            }
            pause();
        }
    }

    private DemoReport.Released ship(String version) {
        String stage = "build of version " + version;
        screen.title("Version " + version + ": submit, build, upload, replicate, release");
        JobSource source = new JobSource.Git(repository.url(), "v" + version);
        Job job = client.submit(
                new JobRequest(HELLO, source, JobRequest.DEFAULT_PRIORITY, true, List.of()),
                Optional.of("demo-v" + version));
        Job ended = awaitJob(stage, job);
        BuildName name = ended.build().orElseThrow(() -> new DemoFailure(stage, "the job has no build"));
        Build build = client.build(name);
        screen.line("build " + name + " is " + build.status() + ": "
                + (build.artifact().size() >> 20) + " MiB, sha256 "
                + build.artifact().digest().value().substring(0, 12) + "…");
        DemoReport.Released released = follow("release of version " + version, awaitRelease(stage, name));
        askEveryRegion("release of version " + version, version);
        return released;
    }

    private Job awaitJob(String stage, Job submitted) {
        Instant deadline = Instant.now().plus(LONGEST_BUILD);
        Job job = submitted;
        while (!job.status().isFinal()) {
            if (Instant.now().isAfter(deadline)) {
                throw new DemoFailure(stage, "job " + job.id() + " did not end within " + LONGEST_BUILD);
            }
            screen.line("job " + job.id() + " " + job.status().wire() + ", "
                    + job.stage().wire() + job.host().map(h -> " on " + h).orElse("")
                    + job.build().map(this::replicas).orElse(""));
            pause();
            job = client.job(job.id());
        }
        if (job.status() != JobStatus.SUCCESS) {
            throw new DemoFailure(
                    stage,
                    "job " + job.id() + " " + job.status().wire() + ": "
                            + job.reason().orElse("")
                            + job.logTail().map(tail -> "\n" + tail).orElse(""));
        }
        return job;
    }

    private String replicas(BuildName build) {
        return client.build(build).replicas().stream()
                .map(r -> r.region() + " " + r.status())
                .collect(Collectors.joining(", ", ": ", ""));
    }

    private Release awaitRelease(String stage, BuildName build) {
        Instant deadline = Instant.now().plus(Duration.ofMinutes(1));
        while (Instant.now().isBefore(deadline)) {
            Optional<Release> release = client.releases(HELLO).stream()
                    .filter(r -> r.build().equals(build))
                    .findFirst();
            if (release.isPresent()) {
                return release.get();
            }
            pause();
        }
        throw new DemoFailure(stage, "no release of " + build + " appeared within a minute");
    }

    private DemoReport.Released follow(String stage, Release started) {
        Instant deadline = Instant.now().plus(LONGEST_ROLLOUT);
        Release release = started;
        while (!release.status().isFinal()) {
            if (Instant.now().isAfter(deadline)) {
                throw new DemoFailure(stage, "release " + release.id() + " did not end within " + LONGEST_ROLLOUT);
            }
            screen.line("seq " + release.seq() + " " + release.status().wire() + "  " + regions(release));
            pause();
            release = client.release(release.id());
        }
        screen.line("seq " + release.seq() + " " + release.status().wire() + "  " + regions(release));
        if (release.status() != ReleaseStatus.SUCCESS
                || release.machinesOk() != stack.machines().size()) {
            throw new DemoFailure(
                    stage,
                    "release " + release.id() + " ended as " + release.status().wire() + " with "
                            + release.machinesOk() + " of " + stack.machines().size() + " machines; missing: "
                            + release.missing()
                            + release.reason().map(r -> "; " + r).orElse(""));
        }
        ShoalClient.ReleaseTimes times = client.releaseTimes(release.id());
        return new DemoReport.Released(
                release.build().value(),
                release.seq().value(),
                release.machinesOk(),
                times.flipToFirstMs().orElseThrow(() -> new DemoFailure(stage, "the API names no first machine")),
                times.flipToLastMs().orElseThrow(() -> new DemoFailure(stage, "the API names no last machine")));
    }

    /** Per region: the share of the bytes that its machines have, and how many run the release. */
    private String regions(Release release) {
        Map<String, List<ShoalClient.MachineView>> byRegion = client.machines().stream()
                .collect(Collectors.groupingBy(ShoalClient.MachineView::region, TreeMap::new, Collectors.toList()));
        return byRegion.entrySet().stream()
                .map(e -> e.getKey() + " "
                        + RegionProgress.of(e.getValue(), release).text())
                .collect(Collectors.joining("  "));
    }

    private String askEveryRegion(String stage, String expected) {
        for (StackFile.Region region : stack.regions()) {
            StackFile.Machine machine = stack.machines().stream()
                    .filter(m -> m.region().equals(region.name()))
                    .findFirst()
                    .orElseThrow(() -> new DemoFailure(stage, "region " + region.name() + " has no machine"));
            String answer = version(stage, machine);
            screen.line("http://127.0.0.1:" + machine.appPort() + "/version on " + machine.id() + " answers " + answer);
            if (!answer.equals(expected)) {
                throw new DemoFailure(stage, machine.id() + " answers version " + answer + ", not " + expected);
            }
        }
        return expected;
    }

    private static String version(String stage, StackFile.Machine machine) {
        URI uri = URI.create("http://127.0.0.1:" + machine.appPort() + "/version");
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request =
                    HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build();
            return http.send(request, BodyHandlers.ofString()).body().strip();
        } catch (IOException e) {
            throw new DemoFailure(stage, "the service on " + machine.id() + " does not answer at " + uri + ": " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DemoFailure(stage, "interrupted");
        }
    }

    private static void pause() {
        LockSupport.parkNanos(POLL.toNanos());
    }
}
