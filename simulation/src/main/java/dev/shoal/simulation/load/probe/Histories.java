package dev.shoal.simulation.load.probe;

import dev.shoal.workflows.client.TemporalClients;
import io.grpc.StatusRuntimeException;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.workflow.v1.WorkflowExecutionInfo;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The lengths of workflows' histories. */
public final class Histories {
    private static final int SECONDS = 10;
    private static final String NAMESPACE = "default";

    private Histories() {}

    /** Mean length of a history; all are 0 when none was found. */
    public record Length(int workflows, double events, double bytes) {}

    /** Of these workflows, those that Temporal still knows. */
    public static Length of(String target, List<String> workflowIds) {
        List<WorkflowExecutionInfo> found = new ArrayList<>();
        try (TemporalClients temporal = TemporalClients.of(target, NAMESPACE, "load")) {
            workflowIds.forEach(id -> describe(temporal, id).ifPresent(found::add));
        }
        return new Length(
                found.size(),
                found.stream()
                        .mapToLong(WorkflowExecutionInfo::getHistoryLength)
                        .average()
                        .orElse(0),
                found.stream()
                        .mapToLong(WorkflowExecutionInfo::getHistorySizeBytes)
                        .average()
                        .orElse(0));
    }

    private static Optional<WorkflowExecutionInfo> describe(TemporalClients temporal, String id) {
        try {
            return Optional.of(temporal.workflowClient()
                    .getWorkflowServiceStubs()
                    .blockingStub()
                    .withDeadlineAfter(SECONDS, TimeUnit.SECONDS)
                    .describeWorkflowExecution(DescribeWorkflowExecutionRequest.newBuilder()
                            .setNamespace(NAMESPACE)
                            .setExecution(WorkflowExecution.newBuilder().setWorkflowId(id))
                            .build())
                    .getWorkflowExecutionInfo());
        } catch (StatusRuntimeException unknown) {
            return Optional.empty();
        }
    }
}
