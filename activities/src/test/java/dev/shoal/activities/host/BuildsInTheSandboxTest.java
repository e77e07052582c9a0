package dev.shoal.activities.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.activities.host.BuildHost.Building;
import dev.shoal.activities.testkit.MarkedProcesses;
import dev.shoal.model.job.JobSource;
import dev.shoal.workflows.ClaimedJob;
import dev.shoal.workflows.FailureTypes;
import dev.shoal.workflows.HostActivities.BuildOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a command can and cannot do on a build host: real processes. */
class BuildsInTheSandboxTest {
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

    /** In the environment of everything that a test starts, besides the sandbox's own marks. */
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
    void runsWithNothingButTheDeclaredEnvironment() throws IOException {
        List<String> environment = artifact(
                        "env | cut -d= -f1 | grep -v -e '^_$' -e '^PWD$' -e '^SHLVL$' -e '^OLDPWD$' " + "| sort > out")
                .lines()
                .toList();

        assertThat(environment)
                .contains("PATH", "HOME", "LANG", "TMPDIR", "SHOAL_JOB_ID", "SHOAL_ATTEMPT", "SHOAL_APP", "MARK");
        assertThat(environment)
                .allMatch(name -> name.startsWith("SHOAL_")
                        || List.of("PATH", "HOME", "LANG", "TMPDIR", "MARK").contains(name));
    }

    @Test
    void tellsTheCommandWhichJobAttemptAndAppItBuilds() throws IOException {
        assertThat(artifact("echo $SHOAL_JOB_ID $SHOAL_ATTEMPT $SHOAL_APP > out"))
                .isEqualTo("1 1 hello\n");
    }

    @Test
    void givesTheCommandAHomeAndATemporaryDirectoryOfItsOwn() throws IOException {
        String places = artifact("touch $HOME/a $TMPDIR/b && echo $HOME $TMPDIR > out");

        assertThat(places.strip().split(" ")).hasSize(2).allMatch(place -> place.startsWith(directory.toString()));
    }

    @Test
    void givesTheCommandNoInput() throws IOException {
        assertThat(artifact("{ cat; echo end; } > out")).isEqualTo("end\n");
    }

    @Test
    void failsWithTheExitCodeAndTheLastLinesOfTheLog() {
        host.expectFailure(source("seq 1 1000; echo oops >&2; exit 3"), FailureTypes.BUILD_FAILED)
                .hasOneLineWith("3")
                .hasLogTail(tail -> assertThat(tail)
                        .endsWith("1000\noops\n")
                        .doesNotContain("\n900\n")
                        .satisfies(text -> assertThat(text.lines()).hasSizeLessThanOrEqualTo(40)));
    }

    @Test
    void cutsALogTailOfLongLinesAtFourKilobytes() {
        host.expectFailure(source("head -c 100000 /dev/zero | tr '\\\\0' x; exit 1"), FailureTypes.BUILD_FAILED)
                .hasLogTail(tail -> assertThat(tail).hasSizeLessThanOrEqualTo(4096));
    }

    @Test
    void saysWhichSignalKilledTheCommand() {
        host.expectFailure(source("kill -SEGV $$"), FailureTypes.BUILD_FAILED).hasOneLineWith("11");
    }

    @Test
    void failsIfTheArtifactIsNotThere() {
        host.expectFailure(source("true"), FailureTypes.BUILD_FAILED).hasOneLineWith("out");
    }

    @Test
    void failsIfTheArtifactIsEmptyADirectoryOrAPipe() {
        host.expectFailure(source(": > out"), FailureTypes.BUILD_FAILED).hasOneLineWith("out");
        host.expectFailure(source("mkdir out"), FailureTypes.BUILD_FAILED).hasOneLineWith("out");
        host.expectFailure(source("mkfifo out"), FailureTypes.BUILD_FAILED).hasOneLineWith("out");
    }

    @Test
    void failsIfTheArtifactLeavesTheWorkspace() {
        host.expectFailure(source("ln -s /etc/passwd out"), FailureTypes.BUILD_FAILED)
                .hasOneLineWith("out");
        host.expectFailure(source("true", "../out"), FailureTypes.BUILD_FAILED).hasOneLineWith("../out");
        host.expectFailure(source("ln -s /etc dir", "dir/passwd"), FailureTypes.BUILD_FAILED)
                .hasOneLineWith("dir/passwd");
    }

    @Test
    void failsIfTheArtifactIsAHardLinkToAFileOfTheHost() throws IOException {
        Path outside = Files.writeString(directory.resolve("outside"), "the host's own");

        host.expectFailure(source("ln " + outside + " out"), FailureTypes.BUILD_FAILED)
                .hasOneLineWith("hard link");
    }

    @Test
    void takesAnArtifactThatHasAnotherNameInItsOwnTree() throws IOException {
        assertThat(artifact("mkdir deps && echo linked > deps/out-1 && ln deps/out-1 out"))
                .isEqualTo("linked\n");
    }

    @Test
    void takesAnArtifactThroughALinkWithinTheWorkspace() throws IOException {
        assertThat(artifact("echo real > real && ln -s real out")).isEqualTo("real\n");
    }

    @Test
    void killsACommandThatExceedsItsTimeLimit() {
        host.expectFailure(host.source(mark, "sleep 600", "out", "1s"), FailureTypes.BUILD_FAILED)
                .hasOneLineWith("time limit");

        assertThat(MarkedProcesses.alive(mark)).isEmpty();
    }

    @Test
    void killsACommandThatIgnoresBeingAskedTo() {
        String stubborn = "trap '' TERM INT HUP; while true; do sleep 1; done";

        host.expectFailure(host.source(mark, stubborn, "out", "1s"), FailureTypes.BUILD_FAILED);

        assertThat(MarkedProcesses.alive(mark)).isEmpty();
    }

    @Test
    void leavesNoDaemonBehindThatForkedTwiceIntoASessionOfItsOwn() throws IOException {
        String daemon = "(setsid sh -c 'sleep 600 & sleep 600' >/dev/null 2>&1 &) ; echo done > out";

        assertThat(artifact(daemon)).isEqualTo("done\n");

        await().atMost(TEN_SECONDS)
                .untilAsserted(() -> assertThat(MarkedProcesses.alive(mark)).isEmpty());
    }

    @Test
    void failsWithTheLimitThatTheCommandExceeded() {
        host.expectFailure(source("x=0123456789abcdef; while :; do x=$x$x; done"), FailureTypes.BUILD_FAILED)
                .hasOneLineWith("memory limit of 256.0 MiB exceeded");
    }

    @Test
    void leavesNoDaemonBehindThatWipedItsEnvironment() throws IOException {
        String daemon =
                "(env -i /usr/bin/setsid /bin/sh -c 'sleep 600; : " + mark + "' >/dev/null 2>&1 &) ; echo done > out";

        assertThat(artifact(daemon)).isEqualTo("done\n");

        await().atMost(TEN_SECONDS)
                .untilAsserted(() -> assertThat(MarkedProcesses.alive(mark)).isEmpty());
    }

    @Test
    void endsWithTheCommandEvenIfADaemonHoldsItsOutputOpen() throws IOException {
        String daemon = "setsid sleep 600 & echo done > out";

        assertThat(artifact(daemon)).isEqualTo("done\n");

        await().atMost(TEN_SECONDS)
                .untilAsserted(() -> assertThat(MarkedProcesses.alive(mark)).isEmpty());
    }

    @Test
    void goesOnBuildingWhenTheLogIsFull() throws IOException {
        ClaimedJob job = host.claim(source("seq 1 500000; echo done > out"));

        assertThat(Files.readString(Path.of(host.build(job).path()))).isEqualTo("done\n");

        host.release(job);
        String log = host.logs().text(job.lease());
        assertThat(log.length()).isBetween(BuildHost.LOG_LIMIT / 2, BuildHost.LOG_LIMIT + 1024);
        assertThat(log).doesNotContain("\n500000\n");
        assertThat(log.lines().reduce((a, b) -> b).orElseThrow()).containsIgnoringCase("cut");
    }

    @Test
    void keepsTheWorkspacesOfTwoBuildsApart() throws IOException {
        Building one = host.building(host.claim(source("touch one; ls > out")));
        Building two = host.building(host.claim(source("touch two; ls > out")));

        BuildOutput first = one.end();
        BuildOutput second = two.end();

        assertThat(Files.readString(Path.of(first.path()))).contains("one").doesNotContain("two");
        assertThat(Files.readString(Path.of(second.path()))).contains("two").doesNotContain("one");
    }

    private String artifact(String command) throws IOException {
        return Files.readString(Path.of(host.build(host.claim(source(command))).path()));
    }

    private JobSource source(String command) {
        return source(command, "out");
    }

    private JobSource source(String command, String artifact) {
        return host.source(mark, command, artifact, "60s");
    }
}
