package dev.shoal.simulation.chaos;

import dev.shoal.workflows.client.TemporalClients;
import io.grpc.StatusRuntimeException;
import io.temporal.api.workflowservice.v1.CountWorkflowExecutionsRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** What Temporal has not closed. */
final class OpenWorkflows {
    private static final int SECONDS = 10;

    private OpenWorkflows() {}

    /** How many are open, by type. Lags by seconds. @throws UncheckedIOException if Temporal is away */
    static Map<String, Long> count(String target) {
        Map<String, Long> counts = new TreeMap<>();
        try (TemporalClients temporal = TemporalClients.of(target, "default", "chaos")) {
            for (String type : new String[] {"BuildAndReleaseWorkflow", "ReleaseWorkflow"}) {
                counts.put(
                        type,
                        temporal.workflowClient()
                                .getWorkflowServiceStubs()
                                .blockingStub()
                                .withDeadlineAfter(SECONDS, TimeUnit.SECONDS)
                                .countWorkflowExecutions(CountWorkflowExecutionsRequest.newBuilder()
                                        .setNamespace("default")
                                        .setQuery("WorkflowType='" + type + "' AND ExecutionStatus='Running'")
                                        .build())
                                .getCount());
            }
            return counts;
        } catch (StatusRuntimeException e) {
            throw new UncheckedIOException("Temporal at " + target + " does not answer", new IOException(e));
        }
    }
}
