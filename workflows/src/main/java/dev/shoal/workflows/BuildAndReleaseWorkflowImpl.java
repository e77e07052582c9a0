package dev.shoal.workflows;

import dev.shoal.model.BuildName;
import dev.shoal.model.Release;
import dev.shoal.model.ReleaseId;
import dev.shoal.model.job.JobStatus;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Workflow;
import org.slf4j.Logger;

/** See {@link BuildAndReleaseWorkflow}. {@link Ticket} decides; this performs its steps and says what came of them. */
public final class BuildAndReleaseWorkflowImpl implements BuildAndReleaseWorkflow {
    private static final Logger LOG = Workflow.getLogger(BuildAndReleaseWorkflowImpl.class);

    private final JobActivities jobs = Workflow.newActivityStub(JobActivities.class, ActivityPolicies.jobs());
    private final TicketBoard board = new TicketBoard();
    private final HostSlots slots = new HostSlots();
    private final HostSteps hosts = new HostSteps(board);
    private final RegionCopies copies = new RegionCopies(board);

    @Override
    public TicketOutcome run() {
        board.waiting();
        Ticket ticket = Ticket.start();
        while (!(ticket.step() instanceof TicketStep.Done)) {
            ticket = advance(ticket);
            ticket.free().ifPresent(slots::release);
        }
        TicketStep.Done done = (TicketStep.Done) ticket.step();
        board.ended(done.how());
        slots.await();
        copies.awaitLate();
        return done.outcome();
    }

    private Ticket advance(Ticket ticket) {
        TicketEvent event;
        try {
            event = perform(ticket.step());
        } catch (TemporalFailure failure) {
            Mishap mishap = Mishap.of(failure);
            boolean cancelled = CancellationScope.current().isCancelRequested();
            Ticket next = ticket.after(new TicketEvent.Failed(cancelled ? mishap.inCancelled() : mishap));
            if (next.step() instanceof TicketStep.GiveUp) {
                throw failure;
            }
            return next;
        }
        return ticket.after(event);
    }

    private TicketEvent perform(TicketStep step) {
        return switch (step) {
            case TicketStep.Claim claim -> hosts.claim(claim);
            case TicketStep.Build build -> hosts.build(build);
            case TicketStep.Upload upload -> hosts.upload(upload);
            case TicketStep.PauseUpload pause -> {
                board.note("upload failed, trying again: " + pause.reason());
                Workflow.sleep(ActivityPolicies.BETWEEN_UPLOADS);
                yield new TicketEvent.Performed();
            }
            case TicketStep.NoteLost lost -> {
                board.lost(lost.job(), lost.reason());
                jobs.attemptLost(lost.job().lease(), lost.reason());
                yield new TicketEvent.Performed();
            }
            case TicketStep.RecordBuild record ->
                new TicketEvent.Recorded(jobs.recordBuild(
                        record.job(),
                        record.artifact(),
                        record.output().activation(),
                        record.output().origin().orElse(null)));
            case TicketStep.Replicate replicate -> {
                board.replicating(replicate.build());
                yield new TicketEvent.Replicated(
                        copies.run(replicate.build(), replicate.job().policy().mayLack()));
            }
            case TicketStep.Succeed succeed -> {
                jobs.succeedJob(succeed.job().lease());
                yield new TicketEvent.Performed();
            }
            case TicketStep.Release release -> new TicketEvent.Released(release(release.job(), release.build()));
            case TicketStep.End end -> {
                end(end);
                yield new TicketEvent.Performed();
            }
            case TicketStep.Done done -> throw new IllegalStateException("the ticket has ended");
            case TicketStep.GiveUp givenUp -> throw new IllegalStateException("the ticket has ended");
        };
    }

    /** What becomes of a release is in the release's row: this never fails. */
    private String release(ClaimedJob job, BuildName build) {
        try {
            ReleaseId id = jobs.createRelease(job, build);
            board.releasing(build, id);
            Release release = Workflow.newChildWorkflowStub(ReleaseWorkflow.class, ActivityPolicies.releaseWorkflow(id))
                    .run(id);
            return "success; release " + id + ": " + release.status().wire();
        } catch (TemporalFailure failure) {
            LOG.warn("the release of {} is not this ticket's any more", build, failure);
            return "success; no longer following the release: "
                    + Mishap.of(failure).reason();
        }
    }

    /** Makes the row final, also after a cancel. */
    private void end(TicketStep.End end) {
        Workflow.newDetachedCancellationScope(() -> {
                    Lease lease = end.job().lease();
                    if (end.status() == JobStatus.STOPPED) {
                        jobs.stopJob(lease, end.reason());
                    } else {
                        jobs.failJob(lease, end.reason(), end.logTail());
                    }
                })
                .run();
    }
}
