package dev.shoal.workflows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.model.Release;
import dev.shoal.model.ReleaseStatus;
import dev.shoal.workflows.ReleaseActivities.Progress;
import io.temporal.failure.CanceledFailure;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass(name = "sticky cache {0}")
@ValueSource(ints = {600, 0})
@Timeout(20)
class ReleaseWorkflowTest {
    @Parameter
    int stickyCacheSize;

    private Stage stage;
    private World world;

    @BeforeEach
    void start() {
        stage = new Stage(stickyCacheSize);
        world = stage.world;
    }

    @AfterEach
    void stop() {
        stage.close();
    }

    @Test
    void publishesAndWatchesUntilEveryMachineRunsIt() {
        world.progress.add(new Progress(0, 12, false, ReleaseStatus.ROLLING, Optional.empty()));
        world.progress.add(new Progress(7, 12, false, ReleaseStatus.ROLLING, Optional.empty()));

        assertThat(stage.runRelease().status()).isEqualTo(ReleaseStatus.SUCCESS);
        assertThat(world.journal())
                .endsWith("load release", "publish", "observe", "observe", "observe", "release success");
        stage.record(ReleaseWorkflow.workflowId(World.RELEASE), "release-success");
    }

    @Test
    void saysWhichMachinesDoNotRunItByTheDeadline() {
        world.progress.add(
                new Progress(11, 12, true, ReleaseStatus.INCOMPLETE, Optional.of("11 of 12 live machines ran it")));

        Release release = stage.runRelease();

        assertThat(release.status()).isEqualTo(ReleaseStatus.INCOMPLETE);
        assertThat(world.journal()).endsWith("release incomplete: 11 of 12 live machines ran it");
        stage.record(ReleaseWorkflow.workflowId(World.RELEASE), "release-incomplete");
    }

    @Test
    void endsAsSupersededIfANewerPointerIsThere() {
        world.on("publish", World.failing(FailureTypes.SUPERSEDED, "seq 6 is published already"));

        assertThat(stage.runRelease().status()).isEqualTo(ReleaseStatus.SUPERSEDED);
        assertThat(world.journal()).endsWith("publish", "release superseded: seq 6 is published already");
        stage.record(ReleaseWorkflow.workflowId(World.RELEASE), "release-superseded");
    }

    @Test
    void failsWithoutPublishingIfTheGateIsClosed() {
        world.on("publish", World.failing(FailureTypes.NOT_REPLICATED, "us (PENDING)"));

        assertThat(stage.runRelease().status()).isEqualTo(ReleaseStatus.FAILED);
        assertThat(world.journal()).endsWith("publish", "release failed: us (PENDING)");
    }

    @Test
    void triesAgainWhileConsulIsAway() {
        world.on("publish", () -> {
            throw new IllegalStateException("connection refused");
        });

        assertThat(stage.runRelease().status()).isEqualTo(ReleaseStatus.SUCCESS);
        assertThat(world.journal()).containsSubsequence("publish", "publish", "observe");
    }

    @Test
    void leavesAReleaseThatHasEndedAsItIs() {
        world.rowStatus = ReleaseStatus.SUPERSEDED;

        assertThat(stage.runRelease().status()).isEqualTo(ReleaseStatus.SUPERSEDED);
        assertThat(world.journal()).doesNotContain("publish");
    }

    @Test
    void aCancelAfterTheFlipEndsTheWatchAndKeepsThePointer() {
        world.on("observe", world::cancelAndHeartbeat);

        assertThatThrownBy(stage::runRelease).hasRootCauseInstanceOf(CanceledFailure.class);
        assertThat(world.journal()).endsWith("release incomplete: cancelled");
    }
}
