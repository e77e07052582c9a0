package dev.shoal.workflows.client;

import dev.shoal.model.Release;
import dev.shoal.model.ReleaseId;
import dev.shoal.workflows.ReleaseWorkflow;
import dev.shoal.workflows.SearchAttributes;
import dev.shoal.workflows.TaskQueues;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.api.enums.v1.WorkflowIdReusePolicy;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;

/** Starts {@link ReleaseWorkflow}s. Thread-safe; throws Temporal's {@code WorkflowServiceException} if Temporal is away. */
public final class Releases {
    private final WorkflowClient client;

    public Releases(WorkflowClient client) {
        this.client = client;
    }

    /** Starts the workflow of an open release, unless it is open already. Returns its workflow id. */
    public String start(Release release) {
        String workflowId = ReleaseWorkflow.workflowId(release.id());
        WorkflowOptions options = WorkflowOptions.newBuilder()
                .setWorkflowId(workflowId)
                .setTaskQueue(TaskQueues.WORKFLOWS)
                .setWorkflowTaskTimeout(TaskQueues.WORKFLOW_TASK_TAKES)
                .setWorkflowIdReusePolicy(WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE)
                .setWorkflowIdConflictPolicy(WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING)
                .setTypedSearchAttributes(io.temporal.common.SearchAttributes.newBuilder()
                        .set(SearchAttributes.APP, release.app().value())
                        .set(SearchAttributes.BUILD, release.build().value())
                        .set(SearchAttributes.SEQ, release.seq().value())
                        .build())
                .setStaticSummary(ReleaseWorkflow.summary(release.id()))
                .setStaticDetails("Release of " + release.build() + " with seq " + release.seq() + " to "
                        + release.regions() + ", asked for by " + release.requestedBy())
                .build();
        ReleaseId id = release.id();
        WorkflowClient.start(client.newWorkflowStub(ReleaseWorkflow.class, options)::run, id);
        return workflowId;
    }
}
