package dev.shoal.activities.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.activities.host.BuildHost.Building;
import dev.shoal.model.job.JobSource;
import dev.shoal.workflows.ClaimedJob;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A build's log reaches the store while the build runs, whole, and never holds the build up. */
class LogsOfBuildsTest {
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
    void canBeFollowedWhileTheBuildRuns() throws IOException {
        Path gate = directory.resolve("gate");
        Building building = building("echo early; until test -e " + gate + "; do sleep 0.1; done; echo x > out");

        await().atMost(TEN_SECONDS)
                .until(() -> host.logs().text(building.job().lease()).contains("early\n"));

        assertThat(host.logs().finished(building.job().lease())).isEmpty();
        Files.createFile(gate);
        building.end();
    }

    @Test
    void holdsOutputAndErrorsInTheirOrder() {
        ClaimedJob job = built("echo one; echo two >&2; echo three; echo x > out");

        assertThat(host.logs().text(job.lease())).contains("one\ntwo\nthree\n");
    }

    @Test
    void isCompleteOnceTheHostIsReleased() {
        ClaimedJob job = built("seq 1 10000; echo x > out");

        String log = host.logs().text(job.lease());
        assertThat(log).contains("\n9999\n10000\n");
        assertThat(host.logs().finished(job.lease())).contains((long) log.getBytes(StandardCharsets.UTF_8).length);
    }

    @Test
    void isWholeAfterAnOutageOfTheStore() throws IOException {
        Path gate = directory.resolve("gate");
        host.logs().failNext(2);
        Building building =
                building("echo before; until test -e " + gate + "; do sleep 0.1; done; echo after; echo x > out");
        await().atMost(TEN_SECONDS).until(() -> host.logs().refused() == 2);

        Files.createFile(gate);
        building.end();
        host.release(building.job());

        assertThat(host.logs().text(building.job().lease())).contains("before\nafter\n");
    }

    @Test
    void doesNotHoldTheBuildUpWhenTheStoreIsAway() throws IOException {
        host.logs().failNext(Integer.MAX_VALUE);
        ClaimedJob job = host.claim(host.source("MARK=x", "echo text; echo x > out", "out", "60s"));

        assertThat(Files.readString(Path.of(host.build(job).path()))).isEqualTo("x\n");

        host.logs().failNext(0);
        host.release(job);
        assertThat(host.logs().text(job.lease())).contains("text\n");
    }

    @Test
    void keepsTheReasonOfASourceThatCouldNotBeCheckedOut() {
        ClaimedJob job =
                host.claim(new JobSource.Directory(directory.resolve("nowhere").toString()));

        host.building(job).expectAnyFailure();
        host.release(job);

        assertThat(host.logs().finished(job.lease())).isPresent();
    }

    private Building building(String command) {
        return host.building(host.claim(host.source("MARK=x", command, "out", "60s")));
    }

    private ClaimedJob built(String command) {
        Building building = building(command);
        building.end();
        host.release(building.job());
        return building.job();
    }
}
