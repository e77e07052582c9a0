package dev.shoal.activities.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.activities.host.BuildHost.Building;
import dev.shoal.model.HostId;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.job.JobSource;
import dev.shoal.model.job.JobStage;
import dev.shoal.workflows.ClaimedJob;
import dev.shoal.workflows.FailureTypes;
import dev.shoal.workflows.HostActivities.BuildOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Upload and release of the host. */
class LastStepsOnTheHostTest {
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

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
    }

    @Test
    void uploadsWhatWasBuilt() {
        ClaimedJob job = host.claim(source());
        BuildOutput output = host.build(job);

        Artifact artifact = host.upload(job, output);

        assertThat(artifact.size()).isEqualTo(5);
        assertThat(host.uploaded(artifact.digest())).isEqualTo("built");
        assertThat(host.jobs().beats()).contains(JobStage.UPLOADING);
    }

    @Test
    void saysThatTheArtifactIsLostIfTheFileIsGone() throws IOException {
        ClaimedJob job = host.claim(source());
        BuildOutput output = host.build(job);
        Files.delete(Path.of(output.path()));

        host.uploading(job, output).expectFailure(FailureTypes.ARTIFACT_LOST);
    }

    @Test
    void saysThatTheArtifactIsLostIfTheFileHasAnotherSize() throws IOException {
        ClaimedJob job = host.claim(source());
        BuildOutput output = host.build(job);
        Files.writeString(Path.of(output.path()), "built and changed");

        host.uploading(job, output).expectFailure(FailureTypes.ARTIFACT_LOST);
    }

    @Test
    void doesNotUploadAFileOutsideTheWorkspaceOfTheJob() throws IOException {
        ClaimedJob job = host.claim(source());
        BuildOutput output = host.build(job);
        Path elsewhere = Files.writeString(directory.resolve("elsewhere"), "built");

        host.uploading(job, new BuildOutput(elsewhere.toString(), 5, output.activation()))
                .expectFailure(FailureTypes.ARTIFACT_LOST);
    }

    @Test
    void stopsTheUploadOfAJobThatSomebodyCancelled() {
        ClaimedJob job = host.claim(source());
        BuildOutput output = host.build(job);
        host.jobs().cancel(job.id());

        host.uploading(job, output).expectFailure(FailureTypes.CANCEL_REQUESTED);
    }

    @Test
    void stopsAnUploadInItsMiddleWhenAnotherHostTookTheJobOver() {
        ClaimedJob job = host.claim(source());
        BuildOutput output = host.build(job);
        host.artifacts().slow();

        Building uploading = host.uploading(job, output);
        await().atMost(TEN_SECONDS).until(() -> host.jobs().beats().contains(JobStage.UPLOADING));
        host.jobs().takenOver(job.id(), new HostId("other"));

        uploading.expectFailure(FailureTypes.OWNERSHIP_LOST);
        assertThat(host.artifacts().size()).isZero();
    }

    @Test
    void leavesAnUploadThatFailedForS3ToBeTriedAgain() {
        ClaimedJob job = host.claim(source());
        BuildOutput output = host.build(job);
        host.artifacts().away(true);
        host.uploading(job, output).expectAnyFailure();

        host.artifacts().away(false);

        assertThat(host.upload(job, output).size()).isEqualTo(5);
    }

    @Test
    void deletesTheWorkspaceAndFreesTheSlotAtTheEnd() {
        ClaimedJob job = host.claim(source());
        BuildOutput output = host.build(job);
        assertThat(host.slotsInUse()).isEqualTo(1);

        host.release(job);

        assertThat(Path.of(output.path())).doesNotExist();
        assertThat(host.workspaces()).isEmpty();
        assertThat(host.slotsInUse()).isZero();
    }

    @Test
    void releasesAJobThatNeverBuiltAndOneThatWasReleasedBefore() {
        ClaimedJob job = host.claim(source());

        host.release(job);
        host.release(job);

        assertThat(host.slotsInUse()).isZero();
    }

    private JobSource source() {
        return host.source("MARK=x", "printf built > out", "out", "60s");
    }
}
