package dev.shoal.simulation.queue;

import dev.shoal.activities.jobs.JobStore;
import dev.shoal.activities.jobs.StoreException;
import dev.shoal.workerhost.AbandonedJobs;
import dev.shoal.workerhost.StaleJobs;
import dev.shoal.workerhost.UnservedTickets;
import io.grpc.StatusRuntimeException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;

/** A monitor: the production's {@link StaleJobs}, {@link AbandonedJobs} and {@link UnservedTickets} by a clock of its own. */
final class SimulatedMonitor {
    static final Duration THRESHOLD = Duration.ofMinutes(20);
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final World world;
    private final String name;
    private final JobStore jobs;
    private Duration skew;
    private int process;
    private int extras;

    SimulatedMonitor(World world, String name, JobStore jobs) {
        this.world = world;
        this.name = name;
        this.jobs = jobs;
        this.skew = world.dice().between(Duration.ofMinutes(-10), Duration.ofMinutes(10));
    }

    /** Starts, anew if it ran. */
    void start() {
        process++;
        world.trace().say(name, () -> "starts");
        var workflows = world.mutation().workflows().apply(world.temporal());
        StaleJobs stale = new StaleJobs(jobs, workflows, THRESHOLD, clock());
        UnservedTickets tickets = new UnservedTickets(jobs, workflows, this::startExtra);
        AbandonedJobs abandoned = new AbandonedJobs(jobs, workflows, this::startExtra);
        turn(process, List.of(stale::round, abandoned::round, tickets::round));
    }

    void setClock(Duration by) {
        skew = skew.plus(by);
    }

    private void turn(int mine, List<Runnable> rounds) {
        if (mine == process) {
            rounds.forEach(SimulatedMonitor::attempt);
            world.timeline().after(INTERVAL, () -> turn(mine, rounds));
        }
    }

    /** A round that fails is the database or Temporal being away: the loop outlives both. */
    private static void attempt(Runnable round) {
        try {
            round.run();
        } catch (StoreException | StatusRuntimeException away) {
            // The next round goes on.
            return;
        }
    }

    private void startExtra() {
        String id = "extra-" + name + "-" + extras++;
        world.trace().say(name, () -> "starts " + id);
        world.startTicket(id);
    }

    private Clock clock() {
        return new Clock() {
            @Override
            public Instant instant() {
                return world.timeline().instant().plus(skew);
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                throw new UnsupportedOperationException("a monitor needs no zone");
            }
        };
    }
}
