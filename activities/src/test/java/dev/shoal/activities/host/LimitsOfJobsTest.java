package dev.shoal.activities.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.shoal.activities.sandbox.BuildLimits;
import dev.shoal.activities.sandbox.Sandbox;
import dev.shoal.activities.testkit.MarkedProcesses;
import dev.shoal.model.job.JobLimits;
import dev.shoal.workflows.ClaimedJob;
import dev.shoal.workflows.FailureTypes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job may ask for less than its host allows, and never gets more: real processes. */
class LimitsOfJobsTest {
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
    void aJobsOwnTimeLimitKillsItsBuild() {
        ClaimedJob job = claimed("sleep 600", "10m", limits(1, 0, 0, 0));

        host.building(job)
                .expectFailure(FailureTypes.BUILD_FAILED)
                .hasOneLineWith("the command exceeded its time limit of 1 s and was killed");
    }

    @Test
    void theTimeLimitOfTheSourceHoldsAllTheSame() {
        ClaimedJob job = claimed("sleep 600", "1s", limits(600, 0, 0, 0));

        host.building(job).expectFailure(FailureTypes.BUILD_FAILED).hasOneLineWith("time limit of 1 s");
    }

    @Test
    void aJobsOwnOutputLimitCutsItsLogAndTheBuildGoesOn() {
        ClaimedJob job =
                claimed("head -c 100000 /dev/zero | tr '\\\\0' x; echo done > out", "1m", limits(0, 0, 0, 4096));

        host.build(job);
        host.release(job);

        assertThat(host.logs().text(job.lease()))
                .contains("the job's own limits: output 4.0 KiB", "the output is cut here, at 4096 bytes")
                .hasSizeLessThan(6000);
    }

    @Test
    void aJobsOwnMemoryAndProcessesAreLimitedWhereTheHostCan() throws IOException {
        assumeThat(unenforced())
                .as("SKIPPED: this host has no control groups that may be used for limits")
                .isEmpty();
        ClaimedJob job = claimed("x=0123456789abcdef; while :; do x=$x$x; done", "1m", limits(20, 64 << 20, 64, 0));

        host.building(job).expectFailure(FailureTypes.BUILD_FAILED).hasOneLineWith("memory limit of 64.0 MiB exceeded");
        host.release(job);
        assertThat(host.logs().text(job.lease())).contains("limits: memory 64.0 MiB, 64 processes");
    }

    @Test
    void theLogSaysWhatOfAJobsLimitsItsHostEnforces() throws IOException {
        ClaimedJob job = claimed("echo done > out", "1m", limits(20, 64 << 20, 64, 0));

        host.build(job);
        host.release(job);

        assertThat(host.logs().text(job.lease()))
                .contains("the job's own limits: time 20 s, memory 64.0 MiB, 64 processes")
                .contains(unenforced()
                        .map(missing -> "this host cannot limit: " + missing)
                        .orElse("limits: memory 64.0 MiB, 64 processes"));
    }

    @Test
    void theSmallerOfEachLimitHolds() {
        BuildLimits host = new BuildLimits(OptionalLong.of(1 << 30), OptionalInt.of(512), OptionalInt.of(50));

        assertThat(host.atMost(JobLimits.NONE)).isEqualTo(host);
        assertThat(host.atMost(limits(0, 64 << 20, 1000, 0)))
                .isEqualTo(new BuildLimits(OptionalLong.of(64 << 20), OptionalInt.of(512), OptionalInt.of(50)));
        assertThat(BuildLimits.NONE.atMost(limits(0, 64 << 20, 8, 0)))
                .isEqualTo(new BuildLimits(OptionalLong.of(64 << 20), OptionalInt.of(8), OptionalInt.empty()));
        assertThat(BuildLimits.NONE.atMost(JobLimits.NONE)).isEqualTo(BuildLimits.NONE);
    }

    private Optional<String> unenforced() throws IOException {
        try (Sandbox sandbox = new Sandbox(directory)) {
            return sandbox.unenforced(
                    new BuildLimits(OptionalLong.of(64 << 20), OptionalInt.of(64), OptionalInt.empty()));
        }
    }

    private ClaimedJob claimed(String command, String timeLimit, JobLimits limits) {
        return BuildHost.limited(host.claim(host.source(mark, command, "out", timeLimit)), limits);
    }

    /** 0 is none. */
    private static JobLimits limits(long seconds, long memory, int pids, long output) {
        return new JobLimits(given(seconds), given(memory), given((long) pids).map(Long::intValue), given(output));
    }

    private static Optional<Long> given(long value) {
        return Optional.of(value).filter(it -> it > 0);
    }
}
