package dev.shoal.activities.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.activities.host.BuildHost.Building;
import dev.shoal.activities.testkit.MarkedProcesses;
import dev.shoal.model.HostId;
import dev.shoal.model.job.JobSource;
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

/** A build goes on only as long as it is somebody's: SQL's word and Temporal's. */
class OwnershipOfBuildsTest {
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
    void writesHeartbeatsWithTheStageWhileItBuilds() {
        Building building = started();

        await().atMost(TEN_SECONDS).until(() -> host.jobs().beats().size() >= 3);

        assertThat(host.jobs().beats()).containsOnly(JobStage.BUILDING);
        host.jobs().cancel(building.job().id());
        building.expectFailure(FailureTypes.CANCEL_REQUESTED);
    }

    @Test
    void tellsTemporalAboutItsProgress() {
        Building building = started();

        await().atMost(TEN_SECONDS).until(() -> host.temporalBeats() >= 2);

        host.jobs().cancel(building.job().id());
        building.expectFailure(FailureTypes.CANCEL_REQUESTED);
    }

    @Test
    void killsABuildThatSomebodyCancelled() {
        Building building = started();

        host.jobs().cancel(building.job().id());

        building.expectFailure(FailureTypes.CANCEL_REQUESTED);
        assertThat(MarkedProcesses.alive(mark)).isEmpty();
    }

    @Test
    void killsABuildWhoseJobAnotherHostTookOver() {
        Building building = started();

        host.jobs().takenOver(building.job().id(), new HostId("other"));

        building.expectFailure(FailureTypes.OWNERSHIP_LOST);
        assertThat(MarkedProcesses.alive(mark)).isEmpty();
    }

    @Test
    void killsABuildThatTemporalCancelled() {
        Building building = started();

        host.cancelInTemporal();

        building.expectAnyFailure();
        assertThat(MarkedProcesses.alive(mark)).isEmpty();
    }

    @Test
    void goesOnBuildingWhileOnlyTheDatabaseIsAway() {
        Building building = started("sleep 4; echo done > out");

        host.jobs().away(true);

        assertThat(building.end().size()).isEqualTo(5);
    }

    @Test
    void staysInTouchWithTemporalWhileTheDatabaseHangs() {
        Building building = started();
        host.jobs().hang();
        int before = host.temporalBeats();

        await().atMost(TEN_SECONDS).until(() -> host.temporalBeats() >= before + 2);

        host.cancelInTemporal();
        building.expectAnyFailure();
    }

    @Test
    void handsItsJobBackWhenTheHostShutsDown() {
        Building building = started();

        host.drain();

        building.expectFailure(FailureTypes.HOST_DRAINING);
        assertThat(MarkedProcesses.alive(mark)).isEmpty();
    }

    @Test
    void killsABuildWhoseHostIsReleasedBeforeItKnows() {
        Building building = started();

        host.releaseMeanwhile(building.job());

        building.expectFailure(FailureTypes.OWNERSHIP_LOST);
        assertThat(host.workspaces()).isEmpty();
    }

    @Test
    void refusesToStartABuildThatIsNoLongerItsOwn() {
        ClaimedJob job = host.claim(sleeping());
        host.jobs().takenOver(job.id(), new HostId("other"));

        host.building(job).expectFailure(FailureTypes.OWNERSHIP_LOST);
    }

    private Building started() {
        return started("sleep 600");
    }

    private Building started(String command) {
        Building building = host.building(host.claim(host.source(mark, command, "out", "60s")));
        await().atMost(TEN_SECONDS).until(() -> !MarkedProcesses.alive(mark).isEmpty());
        return building;
    }

    private JobSource sleeping() {
        return host.source(mark, "sleep 600", "out", "60s");
    }
}
