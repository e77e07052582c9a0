package dev.shoal.workerhost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.model.JobId;
import dev.shoal.workflows.client.Tickets;
import io.temporal.client.WorkflowClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a real server, since the test server cannot count workflows. */
class WorkflowViewTest {
    @Test
    void countsTheTicketsThatWaitAndKnowsWhichWorkflowsAreOpen(@TempDir Path directory) throws IOException {
        try (TemporalServer temporal = TemporalServer.start(directory)) {
            WorkflowClient client = temporal.clients().workflowClient();
            WorkflowView workflows = new WorkflowView(client);
            Tickets tickets = new Tickets(client);

            String id = tickets.start(new JobId(7));
            tickets.start(new JobId(7));
            tickets.startExtra();

            await().atMost(30, TimeUnit.SECONDS).until(() -> workflows.waitingTickets() == 2);
            assertThat(workflows.isOpen(id)).isTrue();
            assertThat(workflows.isOpen("ticket-999")).isFalse();

            assertThat(workflows.howItEnded(id)).isEmpty();
            assertThat(workflows.howItEnded("ticket-999")).isEmpty();

            client.newUntypedWorkflowStub(id).terminate("test");

            assertThat(workflows.howItEnded(id)).contains("TERMINATED");

            assertThat(workflows.isOpen(id)).isFalse();
            assertThat(tickets.cancel("ticket-999")).isFalse();
            await().atMost(30, TimeUnit.SECONDS).until(() -> workflows.waitingTickets() == 1);
        }
    }
}
