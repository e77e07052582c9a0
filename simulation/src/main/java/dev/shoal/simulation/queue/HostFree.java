package dev.shoal.simulation.queue;

import dev.shoal.simulation.queue.ActivityTask.Outcome;
import dev.shoal.workflows.ClaimedJob;
import dev.shoal.workflows.TicketEvent;
import io.temporal.failure.ApplicationFailure;

/** A host gives a slot back: as {@code HostActivitiesImpl.release}, whose wait is a poll here. */
final class HostFree {
    private final World world;
    private final SimulatedHost host;
    private final ActivityTask task;
    private final int attempt;
    private final ClaimedJob job;
    private final long patience;

    HostFree(World world, SimulatedHost host, ActivityTask task, int attempt, ClaimedJob job) {
        this.world = world;
        this.host = host;
        this.task = task;
        this.attempt = attempt;
        this.job = job;
        this.patience = world.timeline().nanos() + SimulatedHost.STEP_ENDS.toNanos();
    }

    void begin() {
        if (host.hasEnded(job.lease())) {
            host.release(job.lease());
            host.answer(task, attempt, new Outcome.Completed(new TicketEvent.Performed()), () -> {});
        } else if (world.timeline().nanos() < patience) {
            host.later(SimulatedHost.AGAIN, this::begin);
        } else {
            host.answer(
                    task,
                    attempt,
                    new Outcome.Failed(ApplicationFailure.newFailure("the step does not end", "IllegalState")),
                    () -> {});
        }
    }
}
