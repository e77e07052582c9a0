package dev.shoal.simulation.queue;

import dev.shoal.activities.control.TicketWrites;
import dev.shoal.activities.jobs.JobStore;
import dev.shoal.activities.jobs.StoreException;
import dev.shoal.model.RegionName;
import dev.shoal.model.job.JobStatus;
import dev.shoal.simulation.queue.ActivityTask.Outcome;
import dev.shoal.simulation.queue.ActivityTask.Work;
import dev.shoal.workflows.TaskQueues;
import dev.shoal.workflows.TicketEvent;
import dev.shoal.workflows.TicketStep;
import io.temporal.failure.ApplicationFailure;
import java.util.List;

/**
 * The release hosts: the production's {@link TicketWrites}, on workers of which there are always enough, but in a bad network slow
 * ones: so slow that the server tries elsewhere meanwhile, and a write arrives twice, the older one last.
 */
final class ControlPlane implements SimulatedTemporal.Poll {
    private static final RegionName HOME = new RegionName("eu");

    private final World world;
    private final TicketWrites writes;

    ControlPlane(World world, JobStore jobs, TicketWrites.Builds builds) {
        this.world = world;
        this.writes = new TicketWrites(jobs, builds, HOME, List.of(HOME));
    }

    void start() {
        world.temporal().poll(TaskQueues.CONTROL, this);
    }

    @Override
    public void take(ActivityTask task, int attempt) {
        start();
        world.network().send(() -> {
            Outcome outcome = perform(task);
            world.network().send(() -> {
                if (!world.temporal().isAway()) {
                    world.temporal().respond(task, attempt, outcome);
                }
            });
        });
    }

    @Override
    public void broken() {
        world.timeline().after(java.time.Duration.ofSeconds(1), this::start);
    }

    private Outcome perform(ActivityTask task) {
        try {
            return new Outcome.Completed(write(((Work.Write) task.work).step()));
        } catch (ApplicationFailure refused) {
            return new Outcome.Failed(refused);
        } catch (StoreException away) {
            return new Outcome.Failed(ApplicationFailure.newFailure(away.getMessage(), "StoreException"));
        }
    }

    private TicketEvent write(TicketStep step) {
        switch (step) {
            case TicketStep.NoteLost lost -> writes.attemptLost(lost.job().lease(), lost.reason());
            case TicketStep.RecordBuild record -> {
                return new TicketEvent.Recorded(writes.recordBuild(
                        record.job(), record.artifact(), record.output().activation()));
            }
            case TicketStep.Succeed succeed -> writes.succeedJob(succeed.job().lease());
            case TicketStep.End end
            when end.status() == JobStatus.STOPPED -> writes.stopJob(end.job().lease(), end.reason());
            case TicketStep.End end -> writes.failJob(end.job().lease(), end.reason(), end.logTail());
            default -> throw new IllegalArgumentException(step + " is no write");
        }
        return new TicketEvent.Performed();
    }
}
