package dev.shoal.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.testing.WorkflowReplayer;
import io.temporal.worker.Worker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Workflows that were started by an older version must go on under this one. A change that breaks a recorded history needs
 * {@code Workflow.getVersion}. Recorded anew, next to the old ones, with {@code -Dshoal.record.histories=DIRECTORY}.
 */
class ReplayTest {
    private static final Path HISTORIES = Path.of("src/test/resources/histories");

    static List<Path> histories() throws IOException {
        try (Stream<Path> files = Files.list(HISTORIES)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("histories")
    void replays(Path history) throws Exception {
        try (TestWorkflowEnvironment temporal = Stage.environment(600)) {
            Worker worker = temporal.newWorker(TaskQueues.WORKFLOWS);
            Stage.workflows(worker);

            WorkflowReplayer.replayWorkflowExecution(
                    WorkflowExecutionHistory.fromJson(Files.readString(history)), worker);
        }
    }

    @Test
    void thereAreHistoriesOfBothWorkflows() throws IOException {
        assertThat(histories())
                .extracting(file -> file.getFileName().toString())
                .contains("build-success.json", "host-lost.json", "cancelled-in-build.json", "release-success.json");
    }
}
