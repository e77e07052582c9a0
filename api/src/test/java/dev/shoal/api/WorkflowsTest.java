package dev.shoal.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.activities.jobs.TokenStore.Role;
import dev.shoal.api.temporal.TemporalStarts;
import dev.shoal.api.testkit.ApiClient;
import dev.shoal.api.testkit.ApiExtension;
import dev.shoal.api.testkit.ApiStack;
import dev.shoal.api.testkit.Fleet;
import dev.shoal.model.JobId;
import dev.shoal.model.Release;
import dev.shoal.model.job.Job;
import dev.shoal.workflows.ReleaseWorkflow;
import dev.shoal.workflows.client.Releases;
import dev.shoal.workflows.client.TemporalClients;
import dev.shoal.workflows.client.Tickets;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowNotFoundException;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ApiExtension.class)
class WorkflowsTest {
    private final ApiStack stack;
    private final ApiClient admin;

    WorkflowsTest(ApiStack stack) {
        this.stack = stack;
        this.admin = stack.as(Role.ADMIN);
    }

    private Optional<String> status(WorkflowClient client, String workflowId) {
        try {
            return Optional.of(client.newUntypedWorkflowStub(workflowId)
                    .describe()
                    .getStatus()
                    .name());
        } catch (WorkflowNotFoundException absent) {
            return Optional.empty();
        }
    }

    private void awaitRunning(String workflowId) {
        try (TemporalClients clients = TemporalClients.of(stack.temporalTarget(), "default", "test")) {
            Awaitility.await(workflowId)
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> status(clients.workflowClient(), workflowId)
                            .filter("WORKFLOW_EXECUTION_STATUS_RUNNING"::equals)
                            .isPresent());
        }
    }

    @Test
    void aSubmittedJobStartsATicket() {
        Job job = admin.post(
                        "/api/v1/jobs", "{\"app\":\"web\",\"source\":{\"type\":\"directory\",\"path\":\"/src/web\"}}")
                .as(Job.class);

        awaitRunning("ticket-" + job.id());
    }

    @Test
    void aReleaseStartsItsWorkflow() {
        String build = new Fleet(stack).replicated("web").name().value();

        Release release =
                admin.post("/api/v1/releases", "{\"build\":\"" + build + "\"}").as(Release.class);

        assertThat(release.workflowId()).isEqualTo(ReleaseWorkflow.workflowId(release.id()));
        awaitRunning(release.workflowId());
    }

    @Test
    void whileTemporalIsAwayNobodyWaitsForIt() throws IOException, InterruptedException {
        int nobody;
        try (ServerSocket socket = new ServerSocket(0)) {
            nobody = socket.getLocalPort();
        }
        try (TemporalClients clients = TemporalClients.of("127.0.0.1:" + nobody, "default", "test")) {
            TemporalStarts starts =
                    new TemporalStarts(new Tickets(clients.workflowClient()), new Releases(clients.workflowClient()));
            Instant before = Instant.now();

            for (int i = 1; i <= 2000; i++) {
                starts.ticket(new JobId(i));
            }

            assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(2));
            starts.stop();
        }
    }
}
