package dev.shoal.simulation.chaos;

import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.JobId;
import dev.shoal.model.Release;
import dev.shoal.model.ReleaseStatus;
import dev.shoal.model.job.Build;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobStatus;
import dev.shoal.model.report.AppState;
import dev.shoal.simulation.arrivals.Submissions;
import dev.shoal.simulation.stack.ShoalClient;
import dev.shoal.simulation.stack.ShoalClient.MachineView;
import dev.shoal.simulation.stack.StackFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Asks the healed stack for every promise. Used by one thread. */
final class ChaosAudit {
    private final Path dir;
    private final ShoalClient client;
    private final Submissions submissions;
    private final Patience patience;
    private final List<String> violations = new ArrayList<>();
    private final Map<JobId, Job> jobs = new TreeMap<>();
    private final Map<AppName, List<Release>> releases = new HashMap<>();
    private int downloads;

    ChaosAudit(Path dir, ShoalClient client, Submissions submissions, ChaosOptions options) {
        this.dir = dir;
        this.client = client;
        this.submissions = submissions;
        this.patience = new Patience(options.patience());
    }

    List<String> violations() {
        return List.copyOf(violations);
    }

    Map<JobId, Job> jobs() {
        return Map.copyOf(jobs);
    }

    List<Release> releases() {
        return releases.values().stream().flatMap(List::stream).toList();
    }

    int downloads() {
        return downloads;
    }

    /** Waits for everything to end and heal; what does not is a violation. */
    void settle() {
        violations.addAll(submissions.refused());
        stuck("process", patience.untilNone(this::unhealthy));
        stuck("job", patience.untilNone(this::openJobs));
        stuck("release", patience.untilNone(this::openReleases));
        stuck("machine", patience.untilNone(this::machinesBehind));
        stuck("workflow", patience.untilNone(this::openWorkflows));
    }

    private void stuck(String what, List<String> left) {
        left.forEach(each -> violations.add("stuck " + what + ": " + each));
    }

    private List<String> unhealthy() {
        return StackFile.read(dir).processes().stream()
                .filter(process -> !process.healthy())
                .map(process -> process.name() + " is " + process.state())
                .toList();
    }

    private List<String> openJobs() {
        submissions.accepted().values().stream()
                .map(Submissions.Accepted::job)
                .filter(id -> !jobs.containsKey(id) || !jobs.get(id).status().isFinal())
                .forEach(id -> jobs.put(id, client.job(id)));
        return jobs.values().stream()
                .filter(job -> !job.status().isFinal())
                .map(job -> job.id() + " " + job.status().wire() + ", "
                        + job.stage().wire() + ", attempt " + job.attempt() + " on " + job.host() + ", workflow "
                        + job.workflowId())
                .toList();
    }

    private List<String> openReleases() {
        submissions.apps().forEach(app -> releases.put(app, client.releases(app)));
        return releases().stream()
                .filter(release -> !release.status().isFinal())
                .map(release -> release.id() + " of " + release.build() + " is "
                        + release.status().wire())
                .toList();
    }

    private List<String> machinesBehind() {
        List<MachineView> machines = client.machines();
        List<String> behind = new ArrayList<>();
        releases.forEach((app, ofApp) -> newest(ofApp)
                .ifPresent(release -> machines.stream()
                        .filter(machine -> machine.apps().stream()
                                .noneMatch(report -> report.app().equals(app)
                                        && report.seq().equals(release.seq())
                                        && report.state() == AppState.HEALTHY))
                        .forEach(machine -> behind.add(
                                machine.id() + " does not run " + release.build() + ", seq " + release.seq()))));
        return behind;
    }

    private static Optional<Release> newest(List<Release> releases) {
        return releases.stream()
                .filter(release -> release.flippedAt().isPresent())
                .max(Comparator.comparingLong(release -> release.seq().value()));
    }

    private List<String> openWorkflows() {
        return OpenWorkflows.count(StackFile.read(dir).temporal()).entrySet().stream()
                .filter(count -> count.getValue() > 0)
                .map(count -> count.getValue() + " " + count.getKey() + " are open")
                .toList();
    }

    /** After {@link #settle}. */
    void check() {
        submissions.accepted().forEach((number, accepted) -> checkIdentity(number, accepted.job()));
        jobs.values().forEach(this::checkEnd);
        checkBuilds();
        releases().stream()
                .filter(release -> release.status() == ReleaseStatus.FAILED)
                .forEach(release -> violations.add("release " + release.id() + " failed: " + release.reason()));
    }

    private void checkIdentity(int submission, JobId id) {
        JobId again = submissions.again(submission);
        if (!again.equals(id)) {
            violations.add("doubled: submission " + submission + " is job " + id + " and job " + again);
        }
        long answers = submissions.accepted().values().stream()
                .filter(a -> a.job().equals(id))
                .count();
        if (answers > 1) {
            violations.add("lost: job " + id + " answers " + answers + " submissions");
        }
    }

    private void checkEnd(Job job) {
        boolean wanted = job.status() == JobStatus.STOPPED && submissions.isCancelled(job.id());
        if (job.status() != JobStatus.SUCCESS && !wanted) {
            violations.add(
                    "job " + job.id() + " of a sound program " + job.status().wire() + " in attempt " + job.attempt()
                            + ": " + job.reason().orElse("without a reason"));
        }
        if (job.status() == JobStatus.SUCCESS && job.build().isEmpty()) {
            violations.add("job " + job.id() + " ended as " + job.status().wire() + " with build " + job.build());
        }
    }

    private void checkBuilds() {
        List<String> regions = StackFile.read(dir).regions().stream()
                .map(StackFile.Region::name)
                .toList();
        Map<BuildName, JobId> owners = new HashMap<>();
        try (RegionObjects objects = RegionObjects.of(dir)) {
            for (Job job : jobs.values()) {
                if (job.status() != JobStatus.SUCCESS || job.build().isEmpty()) {
                    continue;
                }
                Build build = client.build(job.build().get());
                JobId other = owners.put(build.name(), job.id());
                if (other != null || !build.job().equals(job.id())) {
                    violations.add("doubled: build " + build.name() + " is of jobs " + build.job() + ", " + job.id()
                            + " and " + other);
                }
                for (String region : regions) {
                    downloads++;
                    objects.problem(build.artifact(), region)
                            .ifPresent(problem ->
                                    violations.add("build " + build.name() + " in " + region + ": " + problem));
                }
            }
        }
    }
}
