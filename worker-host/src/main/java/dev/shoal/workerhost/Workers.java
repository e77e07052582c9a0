package dev.shoal.workerhost;

import dev.shoal.workflows.BuildAndReleaseWorkflowImpl;
import dev.shoal.workflows.ReleaseWorkflowImpl;
import dev.shoal.workflows.TaskQueues;
import io.temporal.client.WorkflowClient;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import java.time.Duration;

/** The settings that the workers of every role share. */
final class Workers {
    /** The server hears heartbeats this often, whatever the heartbeat time-out: cancels arrive and dead hosts show soon. */
    private static final Duration HEARTBEAT_THROTTLE = Duration.ofSeconds(1);

    /** Open workflows whose state is kept in memory. */
    private static final int STICKY_CACHE = 600;

    private static final int CONCURRENT_WORKFLOW_TASKS = 50;
    private static final int WORKFLOW_POLLERS = 4;

    private Workers() {}

    /** A factory without workers, not started. */
    static WorkerFactory factory(WorkflowClient client) {
        return WorkerFactory.newInstance(
                client,
                WorkerFactoryOptions.newBuilder()
                        .setWorkflowCacheSize(STICKY_CACHE)
                        .build());
    }

    /** Adds a worker for workflow tasks. */
    static void workflows(WorkerFactory factory) {
        Worker worker = factory.newWorker(
                TaskQueues.WORKFLOWS,
                WorkerOptions.newBuilder()
                        .setMaxConcurrentWorkflowTaskExecutionSize(CONCURRENT_WORKFLOW_TASKS)
                        .setMaxConcurrentWorkflowTaskPollers(WORKFLOW_POLLERS)
                        .build());
        worker.registerWorkflowImplementationTypes(BuildAndReleaseWorkflowImpl.class, ReleaseWorkflowImpl.class);
    }

    /** Options of a worker for activities: heartbeats go on during a shutdown, so that steps end instead of dying. */
    static WorkerOptions.Builder activities() {
        return WorkerOptions.newBuilder()
                .setMaxHeartbeatThrottleInterval(HEARTBEAT_THROTTLE)
                .setDefaultHeartbeatThrottleInterval(HEARTBEAT_THROTTLE)
                .setAllowActivityHeartbeatDuringShutdown(true);
    }
}
