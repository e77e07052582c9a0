package dev.shoal.workflows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.shoal.model.HostId;
import dev.shoal.model.JobId;
import dev.shoal.model.Release;
import dev.shoal.workflows.client.Releases;
import dev.shoal.workflows.client.TemporalClients;
import dev.shoal.workflows.client.Tickets;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.api.enums.v1.PendingActivityState;
import io.temporal.api.workflow.v1.PendingActivityInfo;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowStub;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.failure.CanceledFailure;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Temporal in this JVM that skips time, with the workflows, and a {@link World} on every queue but those of dead hosts. */
final class Stage implements AutoCloseable {
    /** Set to a directory to write the histories that the replay test reads. */
    static final String RECORD = "shoal.record.histories";

    final World world = new World();
    final WorkflowClient client;
    final Tickets tickets;
    private final TestWorkflowEnvironment temporal;
    private final WorkerFactory claimers;

    Stage(int stickyCacheSize, String... liveHosts) {
        temporal = environment(stickyCacheSize);
        client = temporal.getWorkflowClient();
        tickets = new Tickets(client);
        workflows(temporal.newWorker(TaskQueues.WORKFLOWS));
        WorkerOptions quickCancel = WorkerOptions.newBuilder()
                .setMaxHeartbeatThrottleInterval(Duration.ofMillis(50))
                .build();
        claimers = WorkerFactory.newInstance(client);
        claimers.newWorker(TaskQueues.CLAIM).registerActivitiesImplementations(new ClaimOnly(world));
        temporal.newWorker(TaskQueues.CONTROL, quickCancel)
                .registerActivitiesImplementations(new ControlOnly(world).all());
        for (String host : liveHosts) {
            temporal.newWorker(TaskQueues.ofHost(new HostId(host)), quickCancel)
                    .registerActivitiesImplementations(new HostOnly(world));
        }
        temporal.start();
        claimers.start();
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

    /** Temporal's time, in milliseconds. */
    long now() {
        return temporal.currentTimeMillis();
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

    /** A script after which no build host asks for work any more. */
    void noHostClaims() {
        claimers.shutdownNow();
        claimers.awaitTermination(10, TimeUnit.SECONDS);
    }

    /**
     * Starts a ticket and cancels it while a claim of it waits for a host. Nobody waits for the ticket before that, so no time is
     * skipped and the wait does not end by itself. (Temporal's test server never tells an activity of a cancel that comes between two
     * of its tries; its real one ends both the same way.)
     */
    void runTicketThatIsCancelledWhileItWaitsToClaim() {
        String id = tickets.start(new JobId(7));
        await().atMost(Duration.ofSeconds(15))
                .until(() -> pending(id), waiting -> waiting.stream().anyMatch(Stage::waitsToClaim));
        tickets.cancel(id);
        assertThatThrownBy(() -> client.newUntypedWorkflowStub(id).getResult(TicketOutcome.class))
                .hasRootCauseInstanceOf(CanceledFailure.class);
        assertThat(pending(id)).isEmpty();
    }

    private static boolean waitsToClaim(PendingActivityInfo activity) {
        return activity.getActivityType().getName().equals("ClaimJob")
                && activity.getState() == PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED;
    }

    private List<PendingActivityInfo> pending(String workflowId) {
        return client.getWorkflowServiceStubs()
                .blockingStub()
                .describeWorkflowExecution(DescribeWorkflowExecutionRequest.newBuilder()
                        .setNamespace(client.getOptions().getNamespace())
                        .setExecution(WorkflowExecution.newBuilder().setWorkflowId(workflowId))
                        .build())
                .getPendingActivitiesList();
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
        claimers.shutdownNow();
        temporal.close();
    }
}
