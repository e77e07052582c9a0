package dev.shoal.workflows.client;

import dev.shoal.workflows.ShoalDataConverter;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process's connection to Temporal. It is made lazily, so that a process can start before Temporal does. Thread-safe; the owner
 * closes it last.
 */
public final class TemporalClients implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TemporalClients.class);

    /** Long enough for a slow answer, short enough for a health check. */
    private static final long PROBE_SECONDS = 3;

    private static final Duration BETWEEN_PROBES = Duration.ofSeconds(1);

    /** A wait is logged every so many probes. */
    private static final int PROBES_A_LINE = 10;

    private final WorkflowServiceStubs stubs;
    private final WorkflowClient client;

    private TemporalClients(WorkflowServiceStubs stubs, WorkflowClient client) {
        this.stubs = stubs;
        this.client = client;
    }

    /**
     * Prepares a connection.
     *
     * @param target host and port of the frontend
     * @param identity of this process, as histories and {@code describe} show it
     */
    public static TemporalClients of(String target, String namespace, String identity) {
        WorkflowServiceStubs stubs = WorkflowServiceStubs.newServiceStubs(
                WorkflowServiceStubsOptions.newBuilder().setTarget(target).build());
        return new TemporalClients(stubs, client(stubs, namespace, identity));
    }

    /** A client of {@code stubs} with Shoal's data converter. */
    public static WorkflowClient client(WorkflowServiceStubs stubs, String namespace, String identity) {
        return WorkflowClient.newInstance(stubs, options(namespace, identity));
    }

    /** The options of every client. */
    public static WorkflowClientOptions options(String namespace, String identity) {
        return WorkflowClientOptions.newBuilder()
                .setNamespace(namespace)
                .setIdentity(identity)
                .setDataConverter(ShoalDataConverter.create())
                .build();
    }

    /** The client that everything of this process shares. */
    public WorkflowClient workflowClient() {
        return client;
    }

    /** Whether Temporal serves and knows the namespace, asked now. */
    public boolean isReachable() {
        try {
            HealthCheckResponse health = stubs.healthCheck();
            if (health.getStatus() != ServingStatus.SERVING) {
                return false;
            }
            stubs.blockingStub()
                    .withDeadlineAfter(PROBE_SECONDS, TimeUnit.SECONDS)
                    .describeNamespace(DescribeNamespaceRequest.newBuilder()
                            .setNamespace(client.getOptions().getNamespace())
                            .build());
            return true;
        } catch (StatusRuntimeException notYet) {
            return false;
        }
    }

    /** Waits until {@link #isReachable()}, saying so in the log. */
    public void awaitReachable() throws InterruptedException {
        for (int probe = 0; !isReachable(); probe++) {
            if (probe % PROBES_A_LINE == 0) {
                LOG.info("waiting for Temporal at {}", stubs.getOptions().getTarget());
            }
            Thread.sleep(BETWEEN_PROBES);
        }
    }

    @Override
    public void close() {
        stubs.shutdown();
        stubs.awaitTermination(PROBE_SECONDS, TimeUnit.SECONDS);
        stubs.shutdownNow();
    }
}
