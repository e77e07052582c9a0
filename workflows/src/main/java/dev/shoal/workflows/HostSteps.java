package dev.shoal.workflows;

import dev.shoal.workflows.ClaimActivities.Again;
import dev.shoal.workflows.ClaimActivities.ClaimRequest;
import io.temporal.workflow.Workflow;

/** The steps of a ticket that build hosts perform. Owned by one workflow. */
final class HostSteps {
    private final TicketBoard board;

    HostSteps(TicketBoard board) {
        this.board = board;
    }

    TicketEvent claim(TicketStep.Claim step) {
        String summary =
                step.lost().map(lost -> "claim job " + lost.id() + " again").orElse("claim the first job in the queue");
        ClaimActivities claims = Workflow.newActivityStub(ClaimActivities.class, ActivityPolicies.claim(summary));
        return new TicketEvent.Claimed(claims.claimJob(new ClaimRequest(
                        Workflow.getInfo().getWorkflowId(),
                        step.lost().map(lost -> new Again(lost.id(), lost.attempt()))))
                .job());
    }

    TicketEvent build(TicketStep.Build step) {
        ClaimedJob job = step.job();
        board.building(job);
        return new TicketEvent.Built(
                Workflow.newActivityStub(HostActivities.class, ActivityPolicies.build(job.host(), job.app()))
                        .build(job));
    }

    TicketEvent upload(TicketStep.Upload step) {
        ClaimedJob job = step.job();
        if (step.tries() == 1) {
            board.uploading(step.output());
        }
        return new TicketEvent.Uploaded(
                Workflow.newActivityStub(HostActivities.class, ActivityPolicies.upload(job.host(), job.app()))
                        .upload(job, step.output()));
    }
}
