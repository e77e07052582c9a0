package dev.shoal.workerhost;

import dev.shoal.activities.jobs.JobStore;
import dev.shoal.activities.jobs.StoreException;
import dev.shoal.model.HostId;
import dev.shoal.model.job.Job;
import dev.shoal.workflows.FailureTypes;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.PendingActivityState;
import io.temporal.api.workflow.v1.PendingActivityInfo;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionRequest;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionResponse;
import io.temporal.client.ActivityCompletionException;
import io.temporal.client.WorkflowClient;
import io.temporal.failure.ApplicationFailure;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives back what an earlier process of this host was at when it died, so that a job whose host crashed and was started again does not
 * wait for the heartbeat time-out. Best effort: what is not given back, times out.
 */
final class EarlierProcess implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(EarlierProcess.class);
    private static final int SECONDS = 10;

    private final WorkflowClient client;
    private final JobStore jobs;
    private final HostId host;

    EarlierProcess(WorkflowClient client, JobStore jobs, HostId host) {
        this.client = client;
        this.jobs = jobs;
        this.host = host;
    }

    /** How a build host's process calls itself to Temporal. */
    static String identity(HostId host, long pid) {
        return host + "@" + pid;
    }

    /** Once, at the start of a process. */
    @Override
    public void run() {
        try {
            for (Job job : jobs.runningOn(host)) {
                job.workflowId().ifPresent(workflow -> tryToGiveBack(job, workflow));
            }
        } catch (StoreException away) {
            LOG.warn("left to the heartbeat time-out what an earlier process was at: {}", away.toString());
        }
    }

    private void tryToGiveBack(Job job, String workflow) {
        try {
            giveBack(job, workflow);
        } catch (StatusRuntimeException | ActivityCompletionException gone) {
            LOG.warn("job {} is left to the heartbeat time-out: {}", job.id(), gone.toString());
        }
    }

    private void giveBack(Job job, String workflow) {
        DescribeWorkflowExecutionResponse described;
        try {
            described = client.getWorkflowServiceStubs()
                    .blockingStub()
                    .withDeadlineAfter(SECONDS, TimeUnit.SECONDS)
                    .describeWorkflowExecution(DescribeWorkflowExecutionRequest.newBuilder()
                            .setNamespace(client.getOptions().getNamespace())
                            .setExecution(WorkflowExecution.newBuilder().setWorkflowId(workflow))
                            .build());
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
                return;
            }
            throw e;
        }
        String run = described.getWorkflowExecutionInfo().getExecution().getRunId();
        for (String activity : orphans(
                described.getPendingActivitiesList(), host, client.getOptions().getIdentity())) {
            LOG.warn("giving job {} attempt {} back: the process that was at it is gone", job.id(), job.attempt());
            client.newActivityCompletionClient()
                    .completeExceptionally(
                            workflow,
                            Optional.of(run),
                            activity,
                            ApplicationFailure.newNonRetryableFailure(
                                    "the host's process died", FailureTypes.HOST_RESTARTED));
        }
    }

    /** Which steps a process of this host had begun that is not this one: pure. */
    static List<String> orphans(List<PendingActivityInfo> pending, HostId host, String own) {
        return pending.stream()
                .filter(activity -> activity.getState() == PendingActivityState.PENDING_ACTIVITY_STATE_STARTED)
                .filter(activity -> activity.getLastWorkerIdentity().startsWith(host + "@")
                        && !activity.getLastWorkerIdentity().equals(own))
                .map(PendingActivityInfo::getActivityId)
                .toList();
    }
}
