package dev.shoal.simulation.queue;

import dev.shoal.simulation.queue.ActivityTask.Outcome;
import dev.shoal.simulation.queue.ActivityTask.Work;
import dev.shoal.workflows.ActivityPolicies;
import dev.shoal.workflows.ClaimActivities.Again;
import dev.shoal.workflows.ClaimActivities.ClaimRequest;
import dev.shoal.workflows.ClaimedJob;
import dev.shoal.workflows.Mishap;
import dev.shoal.workflows.TaskQueues;
import dev.shoal.workflows.Ticket;
import dev.shoal.workflows.TicketEvent;
import dev.shoal.workflows.TicketStep;
import io.temporal.activity.ActivityOptions;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TemporalFailure;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** A run of the ticket's workflow: performs what {@link Ticket} decides, as {@code BuildAndReleaseWorkflowImpl} does. */
final class TicketRun {
    private static final Duration LEAST_REPLICATION = Duration.ofSeconds(1);
    private static final Duration MOST_REPLICATION = Duration.ofMinutes(3);

    private final String id;
    private final World world;
    private final SimulatedTemporal temporal;
    private Ticket ticket = Ticket.start();
    private Optional<ActivityTask> current = Optional.empty();
    private int turn;
    private int freeing;
    private boolean cancelled;
    private boolean open = true;
    private Optional<String> ending = Optional.empty();
    private boolean counted;

    TicketRun(String id, World world) {
        this.id = id;
        this.world = world;
        this.temporal = world.temporal();
    }

    boolean isOpen() {
        return open;
    }

    /** In Temporal's words. */
    Optional<String> ending() {
        return ending;
    }

    void begin() {
        if (open) {
            counted = true;
            temporal.waiting(1);
            perform();
        }
    }

    /** A user's cancel. What is under way hears of it as Temporal tells activities; what follows a cancel is not started. */
    void cancel() {
        if (!open || cancelled) {
            return;
        }
        cancelled = true;
        world.trace().say(id, () -> "is cancelled in " + name(ticket.step()));
        if (!isDetached(ticket.step())) {
            current.ifPresentOrElse(temporal::cancel, () -> happens(turn, stopped()));
        }
    }

    /** An operator's end of it: nobody is told. */
    void terminate() {
        world.trace().say(id, () -> "is terminated in " + name(ticket.step()));
        close("TERMINATED");
    }

    private void close(String how) {
        if (open) {
            open = false;
            ending = Optional.of(how);
            stopWaiting();
            temporal.closed();
        }
    }

    private void stopWaiting() {
        if (counted) {
            counted = false;
            temporal.waiting(-1);
        }
    }

    private void perform() {
        int now = turn;
        if (cancelled && !isDetached(ticket.step())) {
            happens(now, stopped());
            return;
        }
        switch (ticket.step()) {
            case TicketStep.Claim claim ->
                activity(
                        TaskQueues.CLAIM,
                        world.policies().claim(),
                        new Work.Claim(new ClaimRequest(
                                id, claim.lost().map(lost -> new Again(lost.id(), lost.attempt())))));
            case TicketStep.Build build ->
                activity(TaskQueues.ofHost(build.job().host()), world.policies().build(), new Work.Build(build.job()));
            case TicketStep.Upload upload ->
                activity(
                        TaskQueues.ofHost(upload.job().host()),
                        world.policies().upload(),
                        new Work.Upload(upload.job(), upload.output()));
            case TicketStep.PauseUpload pause -> later(ActivityPolicies.BETWEEN_UPLOADS, new TicketEvent.Performed());
            case TicketStep.Replicate replicate ->
                later(world.dice().between(LEAST_REPLICATION, MOST_REPLICATION), new TicketEvent.Replicated(Map.of()));
            case TicketStep.Release release -> throw new IllegalStateException("no job of a simulation is released");
            case TicketStep.Done done -> end(done.how());
            case TicketStep.GiveUp givenUp -> {
                world.trace().say(id, () -> "gives up: " + givenUp.why().reason());
                close(cancelled ? "CANCELED" : "FAILED");
            }
            case TicketStep.NoteLost lost -> write(lost);
            case TicketStep.RecordBuild record -> write(record);
            case TicketStep.Succeed succeed -> write(succeed);
            case TicketStep.End end -> write(end);
        }
    }

    private void write(TicketStep step) {
        activity(TaskQueues.CONTROL, world.policies().write(), new Work.Write(step));
    }

    private void activity(String queue, ActivityOptions options, Work work) {
        int now = turn;
        ActivityTask task = new ActivityTask(this, queue, options, work, outcome -> happens(now, event(outcome)));
        current = Optional.of(task);
        temporal.schedule(task);
    }

    private void later(Duration delay, TicketEvent event) {
        int now = turn;
        world.timeline().after(delay, () -> temporal.workflowTask(() -> happens(now, event)));
    }

    private static TicketEvent event(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Completed completed -> completed.event();
            case Outcome.Failed failed -> failed(failed.failure());
        };
    }

    private static TicketEvent failed(TemporalFailure failure) {
        return new TicketEvent.Failed(Mishap.of(failure));
    }

    private static TicketEvent stopped() {
        return failed(new CanceledFailure("cancelled"));
    }

    private void happens(int when, TicketEvent event) {
        if (!open || when != turn) {
            return;
        }
        turn++;
        current = Optional.empty();
        stopWaiting();
        ticket = world.mutation().ticket().apply(ticket, asCancelled(event));
        world.trace().say(id, () -> name(event) + ", next " + name(ticket.step()));
        ticket.free().ifPresent(this::free);
        perform();
    }

    private TicketEvent asCancelled(TicketEvent event) {
        return cancelled && event instanceof TicketEvent.Failed failed
                ? new TicketEvent.Failed(failed.why().inCancelled())
                : event;
    }

    private void free(ClaimedJob job) {
        freeing++;
        temporal.schedule(new ActivityTask(
                this, TaskQueues.ofHost(job.host()), world.policies().free(), new Work.Free(job), outcome -> {
                    freeing--;
                    if (ticket.step() instanceof TicketStep.Done && freeing == 0) {
                        close("COMPLETED");
                    }
                }));
    }

    private void end(String how) {
        world.trace().say(id, () -> "ends: " + how);
        if (freeing == 0) {
            close("COMPLETED");
        }
    }

    private static boolean isDetached(TicketStep step) {
        return step instanceof TicketStep.End || step instanceof TicketStep.Done || step instanceof TicketStep.GiveUp;
    }

    private static String name(Object of) {
        return of instanceof TicketEvent.Failed failed
                ? failed.why().getClass().getSimpleName() + " (" + failed.why().reason() + ")"
                : of.getClass().getSimpleName();
    }
}
