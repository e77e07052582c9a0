package dev.shoal.workflows;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.model.HostId;
import dev.shoal.model.JobId;
import dev.shoal.model.Release;
import dev.shoal.workflows.client.Releases;
import dev.shoal.workflows.client.TemporalClients;
import dev.shoal.workflows.client.Tickets;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowStub;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.failure.CanceledFailure;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A Temporal in this JVM that skips time, with the workflows, and a {@link World} on every queue but those of dead hosts. */
final class Stage implements AutoCloseable {
    /** Set to a directory to write the histories that the replay test reads. */
    static final String RECORD = "shoal.record.histories";

    final World world = new World();
    final WorkflowClient client;
    final Tickets tickets;
    private final TestWorkflowEnvironment temporal;

    Stage(int stickyCacheSize, String... liveHosts) {
        temporal = environment(stickyCacheSize);
        client = temporal.getWorkflowClient();
        tickets = new Tickets(client);
        workflows(temporal.newWorker(TaskQueues.WORKFLOWS));
        WorkerOptions quickCancel = WorkerOptions.newBuilder()
                .setMaxHeartbeatThrottleInterval(Duration.ofMillis(50))
                .build();
        temporal.newWorker(TaskQueues.CLAIM).registerActivitiesImplementations(new ClaimOnly(world));
        temporal.newWorker(TaskQueues.CONTROL, quickCancel)
                .registerActivitiesImplementations(new ControlOnly(world).all());
        for (String host : liveHosts) {
            temporal.newWorker(TaskQueues.ofHost(new HostId(host)), quickCancel)
                    .registerActivitiesImplementations(new HostOnly(world));
        }
        temporal.start();
    }

    static TestWorkflowEnvironment environment(int stickyCacheSize) {
        return TestWorkflowEnvironment.newInstance(TestEnvironmentOptions.newBuilder()
                .setWorkflowClientOptions(TemporalClients.options("default", "test"))
                .setWorkerFactoryOptions(WorkerFactoryOptions.newBuilder()
                        .setWorkflowCacheSize(stickyCacheSize)
                        .build())
                .registerSearchAttribute(SearchAttributes.JOB_ID.getName(), IndexedValueType.INDEXED_VALUE_TYPE_INT)
                .registerSearchAttribute(SearchAttributes.SEQ.getName(), IndexedValueType.INDEXED_VALUE_TYPE_INT)
                .registerSearchAttribute(SearchAttributes.APP.getName(), IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD)
                .registerSearchAttribute(SearchAttributes.HOST.getName(), IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD)
                .registerSearchAttribute(SearchAttributes.STAGE.getName(), IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD)
                .registerSearchAttribute(SearchAttributes.BUILD.getName(), IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD)
                .build());
    }

    static void workflows(Worker worker) {
        worker.registerWorkflowImplementationTypes(BuildAndReleaseWorkflowImpl.class, ReleaseWorkflowImpl.class);
    }

    /** Starts a ticket as the API does, and waits for its end. */
    TicketOutcome runTicket() {
        world.onCancel(() -> tickets.cancel("ticket-7"));
        String id = tickets.start(new JobId(7));
        WorkflowStub ticket = client.newUntypedWorkflowStub(id);
        return ticket.getResult(TicketOutcome.class);
    }

    /** The same for a ticket that is cancelled meanwhile: Temporal calls it so whatever it returns. */
    void runTicketThatIsCancelled() {
        assertThatThrownBy(this::runTicket).hasRootCauseInstanceOf(CanceledFailure.class);
    }

    /** Starts a release as the API does, and waits for its end. */
    Release runRelease() {
        String id = ReleaseWorkflow.workflowId(World.RELEASE);
        world.onCancel(() -> client.newUntypedWorkflowStub(id).cancel());
        new Releases(client).start(world.loadRelease(World.RELEASE));
        return client.newUntypedWorkflowStub(id).getResult(Release.class);
    }

    /** Keeps the history of a run for the replay test, if asked to. */
    void record(String workflowId, String name) {
        String directory = System.getProperty(RECORD);
        if (directory != null) {
            try {
                WorkflowExecutionHistory history = client.fetchHistory(workflowId);
                Files.createDirectories(Path.of(directory));
                Files.writeString(Path.of(directory, name + ".json"), history.toJson(true));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() {
        temporal.close();
    }
}
