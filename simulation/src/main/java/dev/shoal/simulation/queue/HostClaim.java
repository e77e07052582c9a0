package dev.shoal.simulation.queue;

import dev.shoal.activities.host.ClaimActivitiesImpl;
import dev.shoal.activities.jobs.JobStore;
import dev.shoal.activities.jobs.StoreException;
import dev.shoal.model.HostId;
import dev.shoal.model.job.Job;
import dev.shoal.simulation.queue.ActivityTask.Outcome;
import dev.shoal.simulation.queue.SimulatedTemporal.Wanted;
import dev.shoal.workflows.ClaimActivities.ClaimRequest;
import dev.shoal.workflows.ClaimActivities.ClaimResult;
import dev.shoal.workflows.Lease;
import dev.shoal.workflows.TicketEvent;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A claim on a host: {@link ClaimActivitiesImpl}, with time between the statement and what the host makes of its answer, in which the
 * process may be stopped or die.
 */
final class HostClaim {
    private final World world;
    private final SimulatedHost host;
    private final ActivityTask task;
    private final int attempt;
    private final ClaimRequest request;
    private final Runnable answered;

    HostClaim(
            World world, SimulatedHost host, ActivityTask task, int attempt, ClaimRequest request, Runnable answered) {
        this.world = world;
        this.host = host;
        this.task = task;
        this.attempt = attempt;
        this.request = request;
        this.answered = answered;
    }

    void begin() {
        // The first heartbeat is a call that the server answers, if it is there.
        boolean unheard = world.temporal().isAway() || world.network().loses();
        Wanted wanted = unheard ? Wanted.YES : world.temporal().heartbeat(task, attempt);
        host.later(world.network().latency(), () -> {
            if (wanted == Wanted.YES) {
                execute();
            } else {
                host.answer(task, attempt, new Outcome.Failed(new CanceledFailure("not wanted")), answered);
            }
        });
    }

    private void execute() {
        // The statement is under way: that the process stops or dies does not call it back.
        world.timeline().after(world.network().latency(), () -> {
            Supplier<Optional<Job>> answer = statement();
            host.later(world.network().latency(), () -> finish(answer));
        });
    }

    private Supplier<Optional<Job>> statement() {
        try {
            Optional<Job> job = request.again()
                    .map(again -> host.jobs()
                            .reclaim(new Lease(again.job(), again.lostAttempt()), request.workflowId(), host.id()))
                    .orElseGet(() -> host.jobs().claim(request.workflowId(), host.id()));
            return () -> job;
        } catch (StoreException away) {
            return () -> {
                throw away;
            };
        }
    }

    private void finish(Supplier<Optional<Job>> statement) {
        Outcome outcome;
        try {
            ClaimResult result = new ClaimActivitiesImpl(
                            new Answered(host.jobs(), statement), host.id(), host.heldSlots(), () -> {})
                    .claimJob(request);
            world.trace()
                    .say(
                            host.id().value(),
                            () -> "claims "
                                    + result.job()
                                            .map(job -> job.lease().toString())
                                            .orElse("nothing") + " for "
                                    + request.workflowId());
            outcome = new Outcome.Completed(new TicketEvent.Claimed(result.job()));
        } catch (StoreException away) {
            outcome = new Outcome.Failed(ApplicationFailure.newFailure(away.getMessage(), "StoreException"));
        }
        host.answer(task, attempt, outcome, answered);
    }

    /** Says what the database has said already. */
    private static final class Answered extends ForwardingJobStore {
        private final Supplier<Optional<Job>> statement;

        Answered(JobStore to, Supplier<Optional<Job>> statement) {
            super(to);
            this.statement = statement;
        }

        @Override
        public Optional<Job> claim(String workflowId, HostId host) {
            return statement.get();
        }

        @Override
        public Optional<Job> reclaim(Lease lost, String workflowId, HostId host) {
            return statement.get();
        }
    }
}
