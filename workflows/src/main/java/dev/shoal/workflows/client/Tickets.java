package dev.shoal.workflows.client;

import dev.shoal.model.JobId;
import dev.shoal.workflows.BuildAndReleaseWorkflow;
import dev.shoal.workflows.SearchAttributes;
import dev.shoal.workflows.TaskQueues;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.api.enums.v1.WorkflowIdReusePolicy;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowOptions;
import java.util.UUID;

/**
 * Starts and cancels {@link BuildAndReleaseWorkflow}s. A ticket is not bound to a job: it serves whichever job is first when a
 * slot is free. What matters is that there are as many tickets as queued jobs. Thread-safe; throws Temporal's
 * {@code WorkflowServiceException} if Temporal is away.
 */
public final class Tickets {
    private final WorkflowClient client;

    public Tickets(WorkflowClient client) {
        this.client = client;
    }

    /** Starts a ticket because of this job, unless that ticket is open already. Returns its workflow id. */
    public String start(JobId job) {
        return start("ticket-" + job, "Build ticket, started for job " + job);
    }

    /** Starts a ticket for a queued job that has none. Returns its workflow id. */
    public String startExtra() {
        return start("ticket-r-" + UUID.randomUUID(), "Build ticket, started by a monitor for a job without one");
    }

    /** Asks the workflow that carries a job to stop, which does nothing to a closed one. Returns whether Temporal knows it. */
    public boolean cancel(String workflowId) {
        try {
            client.newUntypedWorkflowStub(workflowId).cancel("cancelled by a user");
            return true;
        } catch (WorkflowNotFoundException unknown) {
            return false;
        }
    }

    private String start(String workflowId, String summary) {
        WorkflowOptions options = WorkflowOptions.newBuilder()
                .setWorkflowId(workflowId)
                .setTaskQueue(TaskQueues.WORKFLOWS)
                .setWorkflowTaskTimeout(TaskQueues.WORKFLOW_TASK_TAKES)
                // A closed ticket may be started again: a spare one ends at once, a missing one strands a job.
                .setWorkflowIdReusePolicy(WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE)
                .setWorkflowIdConflictPolicy(WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING)
                .setTypedSearchAttributes(io.temporal.common.SearchAttributes.newBuilder()
                        .set(SearchAttributes.STAGE, SearchAttributes.STAGE_TICKET)
                        .build())
                .setStaticSummary(summary)
                .setStaticDetails(
                        "Waits for a build host with a free slot, claims the first job in the queue, and carries it"
                                + " through build, upload, replication and, if asked, release.")
                .build();
        WorkflowClient.start(client.newWorkflowStub(BuildAndReleaseWorkflow.class, options)::run);
        return workflowId;
    }
}
