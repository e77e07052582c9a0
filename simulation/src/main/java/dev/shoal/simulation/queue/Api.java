package dev.shoal.simulation.queue;

import dev.shoal.activities.jobs.JobStore;
import dev.shoal.activities.jobs.JobStore.Cancellation;
import dev.shoal.activities.jobs.JobStore.Submission;
import dev.shoal.activities.jobs.StoreException;
import dev.shoal.model.AppName;
import dev.shoal.model.JobId;
import dev.shoal.model.job.JobRequest;
import dev.shoal.model.job.JobSource;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What the API does for users, as {@code JobsResource}; and users who try again under their key until they hear that it worked. */
final class Api {
    private static final Duration AGAIN = Duration.ofSeconds(5);

    private final World world;
    private final JobStore jobs;

    Api(World world, JobStore jobs) {
        this.world = world;
        this.jobs = jobs;
    }

    /** The {@code number}th job. */
    void submit(int number, Deed.Submit plan) {
        JobRequest request = new JobRequest(
                new AppName("app"), new JobSource.Directory("/source/" + number), plan.priority(), false, List.of());
        try {
            Submission submission = jobs.submit(request, Optional.of("key-" + number), "ann");
            if (submission instanceof Submission.Accepted accepted) {
                JobId id = accepted.job().id();
                world.trace().say("api", () -> "accepts job " + id + (plan.apiDies() ? " and dies" : ""));
                if (!plan.apiDies()) {
                    startTicket(id);
                    return;
                }
            } else {
                return;
            }
        } catch (StoreException away) {
            world.trace().say("api", () -> "refuses: the database is away");
        }
        world.timeline().after(AGAIN, () -> submit(number, plan));
    }

    /** The row stands whatever becomes of this. */
    private void startTicket(JobId id) {
        try {
            world.startTicket("ticket-" + id);
        } catch (StatusRuntimeException away) {
            world.trace().say("api", () -> "cannot start a ticket for job " + id);
        }
    }

    /** Once: a user whose cancel was refused lets it be. */
    void cancel(JobId id) {
        try {
            Cancellation cancellation = jobs.cancel(id);
            world.trace()
                    .say(
                            "api",
                            () -> "cancels job " + id + ": "
                                    + cancellation.getClass().getSimpleName());
            if (cancellation instanceof Cancellation.Requested requested
                    && !world.temporal().isAway()) {
                requested
                        .job()
                        .workflowId()
                        .flatMap(world.temporal()::find)
                        .ifPresent(run -> world.temporal().workflowTask(run::cancel));
            }
        } catch (StoreException away) {
            world.trace().say("api", () -> "cannot cancel job " + id);
        }
    }
}
