package dev.shoal.activities.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.activities.host.BuildHost.Building;
import dev.shoal.model.AppName;
import dev.shoal.model.job.JobSource;
import dev.shoal.workflows.ClaimedJob;
import dev.shoal.workflows.FailureTypes;
import dev.shoal.workflows.HostActivities.BuildOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A build is given its app's secrets, and nothing of them leaves it but in its artifact. */
class SecretsOfBuildsTest {
    private static final String TOKEN = "tok-4711-geheim";

    @TempDir
    private Path directory;

    private BuildHost host;
    private Path file;

    @BeforeEach
    void start() throws IOException {
        file = Files.writeString(directory.resolve("token"), TOKEN + "\n");
        Path foreign = Files.writeString(directory.resolve("foreign"), "foreign-value");
        host = new BuildHost(
                directory.resolve("host"),
                List.of(
                        new BuildSecret("NPM_TOKEN", file, Set.of(new AppName("hello"))),
                        new BuildSecret("FOREIGN", foreign, Set.of(new AppName("other")))));
    }

    @AfterEach
    void stop() {
        host.close();
    }

    @Test
    void theBuildGetsThoseOfItsAppAndNoOthers() throws IOException {
        BuildOutput output = host.build(host.claim(source("echo \"$NPM_TOKEN|$FOREIGN\" > out", "out")));

        assertThat(Files.readString(Path.of(output.path()))).isEqualTo(TOKEN + "|\n");
    }

    @Test
    void itsLogShowsNothingOfThem() {
        // Written in two pieces, so that the pipe cuts the value.
        String command = "printf 'a %s' ${NPM_TOKEN%-geheim}; sleep 0.3; printf '%s b\\n' -geheim; "
                + "echo $NPM_TOKEN | base64; echo x > out";
        ClaimedJob job = host.claim(source(command, "out"));
        Building building = host.building(job);
        building.end();
        host.release(job);

        assertThat(host.logs().text(job.lease()))
                .contains("a *** b\n")
                .doesNotContain(TOKEN)
                .doesNotContain("dG9rLTQ3MTEt");
    }

    @Test
    void neitherDoTheTailAndTheReasonOfAFailedBuild() {
        host.expectFailure(source("echo last $NPM_TOKEN; exit 1", "out"), FailureTypes.BUILD_FAILED)
                .hasLogTail(tail -> assertThat(tail).endsWith("last ***\n"));
        host.expectFailure(source("true", TOKEN), FailureTypes.BUILD_FAILED).hasOneLineWith("artifact ***");
    }

    @Test
    void norWhatTheWorkflowHearsOfTheArtifact() {
        BuildOutput output =
                host.build(host.claim(source("echo x > dir-$NPM_TOKEN && ln -s dir-$NPM_TOKEN out", "out")));

        assertThat(output.toString()).doesNotContain(TOKEN);
    }

    @Test
    void aSecretThatCannotBeGivenIsNamedButNotShown() throws IOException {
        Files.writeString(file, "abc");

        host.expectFailure(source("true", "out"), FailureTypes.BUILD_FAILED).hasOneLineWith("NPM_TOKEN", "shorter");
    }

    private JobSource source(String command, String artifact) {
        return host.source("MARK=x", command, artifact, "60s");
    }
}
