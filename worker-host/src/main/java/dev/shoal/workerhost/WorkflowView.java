package dev.shoal.workerhost;

import dev.shoal.workflows.SearchAttributes;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.api.workflowservice.v1.CountWorkflowExecutionsRequest;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionRequest;
import io.temporal.client.WorkflowClient;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What Temporal says about workflows. Thread-safe; throws {@link StatusRuntimeException} if Temporal is away. */
final class WorkflowView implements OpenWorkflows {
    private static final long SECONDS = 10;
    private static final String WAITING = "WorkflowType='BuildAndReleaseWorkflow' AND ExecutionStatus='Running' AND "
            + SearchAttributes.STAGE.getName() + "='" + SearchAttributes.STAGE_TICKET + "'";

    private final WorkflowClient client;

    WorkflowView(WorkflowClient client) {
        this.client = client;
    }

    @Override
    public boolean isOpen(String workflowId) {
        return status(workflowId).map(WorkflowView::isOpen).orElse(false);
    }

    @Override
    public Optional<String> howItEnded(String workflowId) {
        return status(workflowId)
                .filter(status -> !isOpen(status))
                .map(status -> status.name().substring("WORKFLOW_EXECUTION_STATUS_".length()));
    }

    private static boolean isOpen(WorkflowExecutionStatus status) {
        return status == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING
                || status == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_PAUSED;
    }

    /** Empty if Temporal does not know it. */
    private Optional<WorkflowExecutionStatus> status(String workflowId) {
        try {
            return Optional.of(client.getWorkflowServiceStubs()
                    .blockingStub()
                    .withDeadlineAfter(SECONDS, TimeUnit.SECONDS)
                    .describeWorkflowExecution(DescribeWorkflowExecutionRequest.newBuilder()
                            .setNamespace(client.getOptions().getNamespace())
                            .setExecution(WorkflowExecution.newBuilder().setWorkflowId(workflowId))
                            .build())
                    .getWorkflowExecutionInfo()
                    .getStatus());
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public long waitingTickets() {
        return client.getWorkflowServiceStubs()
                .blockingStub()
                .withDeadlineAfter(SECONDS, TimeUnit.SECONDS)
                .countWorkflowExecutions(CountWorkflowExecutionsRequest.newBuilder()
                        .setNamespace(client.getOptions().getNamespace())
                        .setQuery(WAITING)
                        .build())
                .getCount();
    }
}
