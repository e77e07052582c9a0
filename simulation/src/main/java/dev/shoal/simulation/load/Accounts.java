package dev.shoal.simulation.load;

import dev.shoal.model.JobId;
import dev.shoal.model.Release;
import dev.shoal.model.job.Build;
import dev.shoal.model.job.Job;
import dev.shoal.simulation.arrivals.StartStamp;
import dev.shoal.simulation.arrivals.Submissions;
import dev.shoal.simulation.load.probe.Histories;
import dev.shoal.simulation.stack.ShoalClient;
import dev.shoal.simulation.stack.StackFile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Collects what became of every job after a load. */
final class Accounts {
    /** So many logs are read, and so many histories asked for; evenly spread over the jobs. */
    private static final int SAMPLES = 300;

    private final StackFile stack;
    private final ShoalClient client;
    private final Map<Integer, Submissions.Accepted> accepted;
    private final Driven driven;
    private final Map<JobId, Job> jobs = new HashMap<>();
    private final Map<JobId, Build> builds = new HashMap<>();

    Accounts(StackFile stack, ShoalClient client, Map<Integer, Submissions.Accepted> accepted, Driven driven) {
        this.stack = stack;
        this.client = client;
        this.accepted = accepted;
        this.driven = driven;
        driven.jobs().forEach(job -> jobs.put(job.id(), job));
        driven.jobs().forEach(job -> job.build().ifPresent(name -> builds.put(job.id(), client.build(name))));
    }

    Driven driven() {
        return driven;
    }

    Collection<Job> jobs() {
        return jobs.values();
    }

    int accepted() {
        return accepted.size();
    }

    /** Two submissions that became one job, or a build that names another job than its own. */
    List<String> doubled() {
        List<String> doubled = new ArrayList<>();
        Map<JobId, Integer> count = new TreeMap<>();
        accepted.values().forEach(a -> count.merge(a.job(), 1, Integer::sum));
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

    /** Of every job that was accepted. */
    List<Journey> journeys(Followers followers) {
        Map<JobId, Release> releases = new HashMap<>();
        Map<String, JobId> owners = new HashMap<>();
        builds.forEach((id, build) -> owners.put(build.name().value(), id));
        driven.releases()
                .forEach(release -> Optional.ofNullable(
                                owners.get(release.build().value()))
                        .ifPresent(id -> releases.put(id, release)));
        int every = Math.max(1, accepted.size() / SAMPLES);
        List<Journey> journeys = new ArrayList<>();
        accepted.forEach((number, taken) -> {
            Job job = jobs.get(taken.job());
            if (job == null) {
                return;
            }
            Journey journey = Journey.of(job, taken.called(), Optional.ofNullable(builds.get(job.id())));
            // A job that was cancelled before a host claimed it has no attempt, and so no log.
            if (number % every == 0 && job.attempt() > 0) {
                journey = journey.with(Point.RUNNING, StartStamp.in(client.log(job.id(), job.attempt())));
            }
            Journey followed = journey.with(Point.FIRST_OUTPUT, followers.firstOutput(job.id()));
            journeys.add(Optional.ofNullable(releases.get(job.id()))
                    .map(release -> followed.with(release, client.releaseTimes(release.id())))
                    .orElse(followed));
        });
        return journeys;
    }

    /** Of tickets and of releases, by the name of their workflow. */
    Map<String, Histories.Length> histories() {
        Map<String, Histories.Length> lengths = new TreeMap<>();
        lengths.put("BuildAndRelease", lengths(jobs.values().stream().flatMap(job -> job.workflowId().stream())));
        lengths.put("Release", lengths(driven.releases().stream().map(Release::workflowId)));
        return lengths;
    }

    private Histories.Length lengths(Stream<String> workflowIds) {
        List<String> ids = workflowIds.sorted().toList();
        int every = Math.max(1, ids.size() / SAMPLES);
        List<String> sample = new ArrayList<>();
        for (int i = 0; i < ids.size(); i += every) {
            sample.add(ids.get(i));
        }
        return Histories.of(stack.temporal(), sample);
    }
}
