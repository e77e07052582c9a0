package dev.shoal.simulation.queue;

import dev.shoal.activities.jobs.JobStore;
import dev.shoal.model.HostId;
import dev.shoal.model.JobId;
import dev.shoal.model.job.Build;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One episode: everybody in it, and what is done to them. */
final class World {
    static final int MONITORS = 2;

    /** After the last fault everything has ended within this time: a few thresholds of the monitors, and the builds themselves. */
    private static final Duration LONGEST_RECOVERY = Duration.ofHours(4);

    private static final long MOST_STEPS = 500_000;

    private final Timeline timeline = new Timeline();
    private final Policies policies = Policies.ofProduction();
    private final Scenario scenario;
    private final Mutation mutation;
    private final Dice dice;
    private final Trace trace;
    private final Network network;
    private final SimulatedDatabase database;
    private final SimulatedTemporal temporal;
    private final InMemoryJobStore rows = new InMemoryJobStore(timeline);
    private final Promises promises;
    private final Api api;
    private final List<SimulatedHost> hosts = new ArrayList<>();
    private final List<SimulatedMonitor> monitors = new ArrayList<>();
    private final List<Deed.Submit> plans = new ArrayList<>();

    World(Scenario scenario, Mutation mutation, boolean traced) {
        this.scenario = scenario;
        this.mutation = mutation;
        this.dice = new Dice(scenario.seed());
        this.trace = new Trace(timeline, traced);
        this.network = new Network(timeline, dice);
        this.database = new SimulatedDatabase(timeline, network, dice);
        this.temporal = new SimulatedTemporal(timeline, dice);
        Builds builds = new Builds(rows, timeline);
        this.promises = new Promises(rows, builds, temporal, this);
        this.api = new Api(this, store("api"));
        new ControlPlane(
                        this,
                        store("ticket"),
                        (lease, app, artifact, activation, regions) -> database.reach(() -> {
                            boolean held = rows.find(lease.job())
                                    .filter(job ->
                                            job.status() == JobStatus.RUNNING && job.attempt() == lease.attempt())
                                    .isPresent();
                            Optional<Build> before = builds.of(lease.job());
                            Optional<Build> recorded = builds.record(lease, app, artifact, activation, regions);
                            promises.recorded(lease, held, before, builds.of(lease.job()));
                            return recorded;
                        }))
                .start();
        for (int host = 0; host < scenario.hosts(); host++) {
            String name = "build-" + host;
            hosts.add(new SimulatedHost(this, new HostId(name), scenario.slots(), store(name)));
        }
        for (int monitor = 0; monitor < MONITORS; monitor++) {
            String name = Promises.MONITOR + monitor;
            monitors.add(new SimulatedMonitor(this, name, store(name)));
        }
    }

    /** The job store as somebody reaches it: every write is watched. */
    private JobStore store(String who) {
        return database.via(promises.watch(who, mutation.store().apply(rows)));
    }

    /**
     * Runs until everything has ended, and returns how many steps that took.
     *
     * @throws BrokenPromise at the first step after which a promise is broken
     */
    long run() {
        hosts.forEach(SimulatedHost::boot);
        monitors.forEach(SimulatedMonitor::start);
        int submitted = 0;
        for (Scenario.Planned planned : scenario.deeds()) {
            int number = planned.deed() instanceof Deed.Submit ? submitted++ : 0;
            timeline.after(planned.at(), () -> perform(planned.deed(), number));
        }
        Duration deadline = scenario.calm().plus(LONGEST_RECOVERY);
        while (timeline.step()) {
            promises.afterStep(hosts);
            if (timeline.elapsed().compareTo(scenario.calm()) > 0 && hasEnded()) {
                promises.afterTheEnd();
                return timeline.steps();
            }
            if (timeline.elapsed().compareTo(deadline) > 0 || timeline.steps() > MOST_STEPS) {
                throw promises.stuck(hosts);
            }
        }
        throw new IllegalStateException("monitors never end");
    }

    private boolean hasEnded() {
        return rows.depth().queued() == 0
                && rows.depth().running() == 0
                && temporal.openRuns() == 0
                && hosts.stream()
                        .allMatch(host -> host.held() == 0 && host.atWork().isEmpty());
    }

    private void perform(Deed deed, int number) {
        if (deed.isFault()) {
            trace.say("fate", deed::toString);
        }
        switch (deed) {
            case Deed.Submit submit -> {
                plans.add(submit);
                api.submit(number, submit);
            }
            case Deed.Cancel cancel -> job(cancel.job()).ifPresent(job -> api.cancel(job.id()));
            case Deed.Crash crash -> hosts.get(crash.host()).crash(crash.away());
            case Deed.Pause pause -> hosts.get(pause.host()).pause(pause.away());
            case Deed.Drain drain -> hosts.get(drain.host()).drain(drain.away());
            case Deed.DatabaseAway away -> database.goAway(away.away());
            case Deed.TemporalAway away -> temporal.goAway(away.away());
            case Deed.BadNetwork bad -> network.turnBad(bad.lossPermille(), bad.away());
            case Deed.Terminate terminate ->
                job(terminate.job()).flatMap(Job::workflowId).ifPresent(this::terminate);
            case Deed.RestartMonitor restart -> monitors.get(restart.monitor()).start();
            case Deed.SetClock clock -> monitors.get(clock.monitor()).setClock(clock.by());
        }
    }

    private void terminate(String workflowId) {
        temporal.find(workflowId).filter(TicketRun::isOpen).ifPresent(run -> {
            promises.terminated(workflowId);
            run.terminate();
        });
    }

    private Optional<Job> job(int number) {
        return rows.find(new JobId(number + 1L));
    }

    void startTicket(String id) {
        temporal.start(id, ticket -> new TicketRun(ticket, this));
    }

    /** What was planned for a job, which its source names. */
    Deed.Submit plan(JobId id) {
        String source = rows.find(id).orElseThrow().source().toString();
        return plans.get(Integer.parseInt(source.replaceAll("\\D", "")));
    }

    Timeline timeline() {
        return timeline;
    }

    Policies policies() {
        return policies;
    }

    Mutation mutation() {
        return mutation;
    }

    Dice dice() {
        return dice;
    }

    Trace trace() {
        return trace;
    }

    Network network() {
        return network;
    }

    SimulatedTemporal temporal() {
        return temporal;
    }

    Promises promises() {
        return promises;
    }
}
