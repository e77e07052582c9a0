package dev.shoal.simulation.queue;

import dev.shoal.activities.host.HeldSlots;
import dev.shoal.activities.host.RunningSteps;
import dev.shoal.activities.host.SlotJanitor;
import dev.shoal.activities.jobs.JobStore;
import dev.shoal.model.HostId;
import dev.shoal.simulation.queue.ActivityTask.Outcome;
import dev.shoal.simulation.queue.ActivityTask.Work;
import dev.shoal.workerhost.SlotLedger;
import dev.shoal.workflows.Lease;
import dev.shoal.workflows.TaskQueues;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A build host: processes that come and go under one name, with the production's slots, steps and janitor inside. */
final class SimulatedHost {
    /** How long a drain leaves builds alone, and then waits for them to be handed back. */
    static final Duration GRACE = Duration.ofSeconds(30);

    static final Duration HAND_BACK = Duration.ofSeconds(15);
    private static final Duration JANITOR = Duration.ofSeconds(10);
    static final Duration STEP_ENDS = Duration.ofSeconds(60);
    static final Duration AGAIN = Duration.ofSeconds(1);
    private static final int POLLERS = 2;

    private final World world;
    private final HostId id;
    private final int slots;
    private final JobStore jobs;
    private final long clockOffset;
    private final int clockRate;
    private final Map<Lease, Boolean> workspaces = new LinkedHashMap<>();
    private final Map<Lease, HostStep> atWork = new LinkedHashMap<>();
    private final List<HostPoll> polls = new ArrayList<>();
    private final List<Runnable> frozen = new ArrayList<>();
    private int incarnation;
    private int paused;
    private boolean up;
    private boolean draining;
    private SlotLedger ledger;
    private HeldSlots slotsHeld;
    private RunningSteps steps;

    SimulatedHost(World world, HostId id, int slots, JobStore jobs) {
        this.world = world;
        this.id = id;
        this.slots = slots;
        this.jobs = jobs;
        this.clockOffset =
                world.dice().between(Duration.ZERO, Duration.ofDays(1)).toNanos();
        this.clockRate = 990 + world.dice().below(21);
        this.ledger = new SlotLedger(slots);
        this.slotsHeld = ledger;
        this.steps = new RunningSteps(ledger);
    }

    // ---- its life

    void boot() {
        incarnation++;
        up = true;
        paused = 0;
        draining = false;
        ledger = new SlotLedger(slots);
        slotsHeld = world.mutation().slots().apply(ledger);
        steps = new RunningSteps(heldSlots());
        world.trace().say(id.value(), () -> "is up");
        SlotJanitor janitor = new SlotJanitor(jobs, id, heldSlots(), steps, workspaces::keySet, this::releaseNow);
        keepHouse(janitor);
        for (int poller = 0; poller < POLLERS; poller++) {
            pollClaims();
            pollSteps();
        }
    }

    private void keepHouse(SlotJanitor janitor) {
        later(JANITOR, () -> {
            janitor.look();
            keepHouse(janitor);
        });
    }

    /** All its processes die. The server notices at once, or, if it lost its power, when the connections time out. */
    void crash(Duration away) {
        world.trace().say(id.value(), () -> "crashes for " + away);
        die(world.dice().chance(700) ? Duration.ZERO : Duration.ofSeconds(65));
        int dead = incarnation;
        world.timeline().after(away, () -> {
            if (incarnation == dead && !up) {
                boot();
            }
        });
    }

    private void die(Duration noticed) {
        up = false;
        atWork.clear();
        frozen.clear();
        List<HostPoll> lost = List.copyOf(polls);
        polls.clear();
        world.timeline().after(noticed, () -> lost.forEach(HostPoll::hangUp));
    }

    /** The process stops, its connections stay open. */
    void pause(Duration away) {
        if (!up) {
            return;
        }
        world.trace().say(id.value(), () -> "is stopped for " + away);
        paused++;
        int process = incarnation;
        world.timeline().after(away, () -> {
            if (process == incarnation && --paused == 0) {
                world.trace().say(id.value(), () -> "continues");
                List<Runnable> late = List.copyOf(frozen);
                frozen.clear();
                late.forEach(Runnable::run);
            }
        });
    }

    /** SIGTERM: as {@code BuildRole.end}. */
    void drain(Duration away) {
        if (!up || draining) {
            return;
        }
        world.trace().say(id.value(), () -> "drains");
        ledger.close();
        polls.stream().filter(HostPoll::isForClaims).forEach(HostPoll::hangUp);
        later(GRACE, () -> {
            draining = true;
            later(HAND_BACK, () -> crash(away));
        });
    }

    boolean isUp() {
        return up && paused == 0;
    }

    /** Runs it in this process: later if it is stopped, never if it is dead by then. */
    void run(int process, Runnable action) {
        if (!up || process != incarnation) {
            return;
        }
        if (paused > 0) {
            frozen.add(() -> run(process, action));
        } else {
            action.run();
        }
    }

    void later(Duration delay, Runnable action) {
        int process = incarnation;
        world.timeline().after(delay, () -> run(process, action));
    }

    // ---- polling

    private void pollClaims() {
        SlotLedger mine = ledger;
        var unused = mine.reserve()
                .permit()
                .thenRun(() -> later(world.network().latency(), () -> poll(TaskQueues.CLAIM, Optional.of(mine))));
    }

    private void pollSteps() {
        later(world.network().latency(), () -> poll(TaskQueues.ofHost(id), Optional.empty()));
    }

    private void poll(String queue, Optional<SlotLedger> permit) {
        HostPoll poll = new HostPoll(this, world, incarnation, queue, permit);
        polls.add(poll);
        world.temporal().poll(queue, poll);
    }

    /** A poll has ended; the poller goes on. */
    void pollAgain(HostPoll poll) {
        polls.remove(poll);
        if (poll.isForClaims()) {
            pollClaims();
        } else {
            pollSteps();
        }
    }

    // ---- work

    void perform(ActivityTask task, int attempt, Runnable answered) {
        switch (task.work) {
            case Work.Claim claim -> new HostClaim(world, this, task, attempt, claim.request(), answered).begin();
            case Work.Build build ->
                HostStep.build(world, this, task, attempt, build.job()).begin();
            case Work.Upload upload ->
                HostStep.upload(world, this, task, attempt, upload.job(), upload.output())
                        .begin();
            case Work.Free free -> new HostFree(world, this, task, attempt, free.job()).begin();
            case Work.Write write -> throw new IllegalArgumentException("no host writes " + write);
        }
    }

    private void releaseNow(Lease lease) {
        if (!hasEnded(lease)) {
            throw new IllegalStateException("the step of " + lease + " does not end");
        }
        world.trace().say(id.value(), () -> "janitor frees " + lease);
        release(lease);
    }

    boolean hasEnded(Lease lease) {
        try {
            return steps.end(lease, Duration.ZERO);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a simulation", e);
        }
    }

    void release(Lease lease) {
        workspaces.remove(lease);
        steps.forget(lease);
        heldSlots().release(lease);
    }

    /** Tells the server, again and again for a minute, as the SDK does. {@code then} runs when it has been told or given up. */
    void answer(ActivityTask task, int attempt, Outcome outcome, Runnable then) {
        answer(task, attempt, outcome, then, world.timeline().nanos() + STEP_ENDS.toNanos());
    }

    private void answer(ActivityTask task, int attempt, Outcome outcome, Runnable then, long patience) {
        boolean lost = world.temporal().isAway() || world.network().loses();
        if (lost && world.timeline().nanos() < patience) {
            later(AGAIN, () -> answer(task, attempt, outcome, then, patience));
        } else {
            later(world.network().latency(), () -> {
                if (!lost) {
                    world.temporal().respond(task, attempt, outcome);
                }
                then.run();
            });
        }
    }

    // ---- for its parts

    HostId id() {
        return id;
    }

    int slots() {
        return slots;
    }

    int incarnation() {
        return incarnation;
    }

    JobStore jobs() {
        return jobs;
    }

    HeldSlots heldSlots() {
        return slotsHeld;
    }

    RunningSteps steps() {
        return steps;
    }

    boolean isDraining() {
        return draining;
    }

    /** Its own monotonic clock, which runs a little fast or slow. */
    long nanos() {
        return clockOffset + world.timeline().nanos() / 1000 * clockRate;
    }

    /** Which attempts have a directory, and whether it holds a finished artifact. */
    Map<Lease, Boolean> workspaces() {
        return workspaces;
    }

    /** The steps that are really at work, whatever the books say. */
    Map<Lease, HostStep> atWork() {
        return atWork;
    }

    int held() {
        return ledger.held().size();
    }
}
