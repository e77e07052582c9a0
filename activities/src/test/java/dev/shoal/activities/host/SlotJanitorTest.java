package dev.shoal.activities.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.activities.host.BuildHost.Building;
import dev.shoal.activities.testkit.MarkedProcesses;
import dev.shoal.model.HostId;
import dev.shoal.model.job.JobStage;
import dev.shoal.workflows.ClaimedJob;
import dev.shoal.workflows.FailureTypes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Slots come back even if no workflow gives them back, and never under a build that runs. */
class SlotJanitorTest {
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

    private final String mark = "MARK=" + UUID.randomUUID();

    @TempDir
    private Path directory;

    private BuildHost host;

    @BeforeEach
    void start() throws IOException {
        host = new BuildHost(directory.resolve("host"));
    }

    @AfterEach
    void stop() {
        host.close();
        assertThat(MarkedProcesses.alive(mark)).isEmpty();
    }

    @Test
    void leavesWhatIsAtWorkAlone() {
        ClaimedJob job = built();

        look();

        assertThat(host.slotsInUse()).isEqualTo(1);
        assertThat(host.workspaces()).hasSize(1);
        host.release(job);
    }

    @Test
    void leavesASlotToItsWorkflowAtTheFirstLook() {
        ClaimedJob job = built();
        host.jobs().stop(job.lease(), "terminated");

        host.janitor().look();
        assertThat(host.slotsInUse()).isEqualTo(1);

        host.janitor().look();
        assertThat(host.slotsInUse()).isZero();
        assertThat(host.workspaces()).isEmpty();
        assertThat(host.logs().finished(job.lease())).isPresent();
    }

    @Test
    void releasesAHostWhoseJobIsPastItsStepsThere() {
        ClaimedJob job = built();
        host.jobs().heartbeat(job.lease(), JobStage.REPLICATING);

        look();

        assertThat(host.slotsInUse()).isZero();
    }

    @Test
    void killsABuildOfAJobThatWentElsewhereBeforeItFreesItsSlot() {
        Building building = host.building(host.claim(host.source(mark, "sleep 600", "out", "60s")));
        await().atMost(TEN_SECONDS).until(() -> !MarkedProcesses.alive(mark).isEmpty());
        host.jobs().takenOver(building.job().id(), new HostId("other"));

        look();

        assertThat(MarkedProcesses.alive(mark)).isEmpty();
        assertThat(host.slotsInUse()).isZero();
        assertThat(host.workspaces()).isEmpty();
        building.expectFailure(FailureTypes.OWNERSHIP_LOST);
    }

    @Test
    void freesNothingWhileTheDatabaseIsAway() {
        ClaimedJob job = built();
        host.jobs().away(true);

        look();

        assertThat(host.slotsInUse()).isEqualTo(1);
        host.jobs().away(false);
        host.release(job);
    }

    @Test
    void keepsTheLogOfAnUnownedWorkspaceUntilTheStoreIsBack() {
        ClaimedJob job = built();
        host.jobs().stop(job.lease(), "terminated");
        host.logs().failNext(Integer.MAX_VALUE);

        look();
        assertThat(host.slotsInUse()).isZero();
        assertThat(host.workspaces()).hasSize(1);

        host.logs().failNext(0);
        host.janitor().look();
        assertThat(host.workspaces()).isEmpty();
        assertThat(host.logs().text(job.lease())).contains("said");
    }

    @Test
    void freesTheSlotOfAClaimThatItsTicketNeverHeardOfAndRefusesItsStepsFromThenOn() {
        ClaimedJob job = host.claim(host.source(mark, "echo x > out", "out", "60s"));

        looks(6);
        assertThat(host.slotsInUse()).isEqualTo(1);

        looks(1);
        assertThat(host.slotsInUse()).isZero();
        host.building(job).expectFailure(FailureTypes.SLOT_LOST);
    }

    @Test
    void leavesWhatIsBuiltToItsTicketForMinutesAndThenFreesIt() {
        ClaimedJob job = built();

        looks(30);
        assertThat(host.slotsInUse()).isEqualTo(1);
        assertThat(host.workspaces()).hasSize(1);

        looks(1);
        assertThat(host.slotsInUse()).isZero();
        assertThat(host.logs().finished(job.lease())).isPresent();
    }

    private void looks(int number) {
        for (int look = 0; look < number; look++) {
            host.janitor().look();
        }
    }

    private void look() {
        host.janitor().look();
        host.janitor().look();
    }

    private ClaimedJob built() {
        ClaimedJob job = host.claim(host.source(mark, "echo said; echo x > out", "out", "60s"));
        host.build(job);
        return job;
    }
}
