package dev.shoal.api.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shoal.activities.jobs.TokenStore.Role;
import dev.shoal.api.testkit.ApiExtension;
import dev.shoal.api.testkit.ApiStack;
import dev.shoal.api.testkit.Fleet;
import dev.shoal.model.JobId;
import dev.shoal.model.Release;
import dev.shoal.model.job.Build;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobSource;
import dev.shoal.model.json.Json;
import dev.shoal.model.report.AppState;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(ApiExtension.class)
@Timeout(60)
class ShoalCliTest {
    private final ApiStack stack;
    private final Fleet fleet;

    @TempDir
    private Path directory;

    ShoalCliTest(ApiStack stack) {
        this.stack = stack;
        this.fleet = new Fleet(stack);
    }

    private record Outcome(int code, String out, String err) {
        JsonNode json() {
            return Json.read(out, JsonNode.class);
        }
    }

    private Outcome shoal(String... args) throws IOException {
        return shoal(
                Map.of(
                        "SHOAL_URL", stack.url().toString(),
                        "SHOAL_TOKEN", Files.readString(stack.tokenFile()).strip()),
                args);
    }

    private static Outcome shoal(Map<String, String> environment, String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = ShoalCli.run(environment, new PrintWriter(out), new PrintWriter(err), args);
        return new Outcome(code, out.toString(), err.toString());
    }

    private Path project() throws IOException {
        Path project = Files.createDirectory(directory.resolve("project"));
        Files.writeString(project.resolve("shoal.yaml"), "app: hello\nbuild: {command: make, artifact: out}\n");
        Path script = Files.writeString(project.resolve("build.sh"), "#!/bin/sh\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createSymbolicLink(project.resolve("link"), Path.of("build.sh"));
        Files.createDirectories(project.resolve(".git/objects"));
        return project;
    }

    @Test
    void submitsAGitSource() throws IOException {
        Outcome outcome = shoal(
                "build",
                "submit",
                "--git",
                "https://git.example/web",
                "--ref",
                "v1",
                "--app",
                "web",
                "--priority",
                "7",
                "--release",
                "--regions",
                "eu,us",
                "--key",
                "k1",
                "--json");

        assertThat(outcome.code()).as(outcome.err()).isZero();
        Job job = Json.read(outcome.out(), Job.class);
        assertThat(job.source()).isEqualTo(new JobSource.Git("https://git.example/web", "v1"));
        assertThat(job.priority()).isEqualTo(7);
        assertThat(job.release()).isTrue();
        assertThat(job.regions()).containsExactly(ApiStack.EU, ApiStack.US);
    }

    @Test
    void takesTheAppOfALocalDirectoryFromItsSpec() throws IOException {
        Path project = project();

        Outcome outcome = shoal("build", "submit", "--local", project.toString(), "--json");

        Job job = Json.read(outcome.out(), Job.class);
        assertThat(job.name().value()).isEqualTo("hello");
        assertThat(job.source()).isEqualTo(new JobSource.Directory(project.toString()));
    }

    @Test
    void packsAndUploadsADirectory() throws IOException {
        Outcome outcome = shoal("build", "submit", "--upload", project().toString(), "--json");

        assertThat(outcome.code()).as(outcome.err()).isZero();
        JobSource source = Json.read(outcome.out(), Job.class).source();
        Path fetched = directory.resolve("fetched");
        assertThat(stack.sources().fetchSource(((JobSource.Tarball) source).sha256(), fetched))
                .isTrue();
        Map<String, Integer> entries = new TreeMap<>();
        try (InputStream file = Files.newInputStream(fetched);
                TarArchiveInputStream tar = new TarArchiveInputStream(new GzipCompressorInputStream(file))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                entries.put(entry.getName() + (entry.isSymbolicLink() ? "@" : ""), entry.getMode() & 0777);
            }
        }
        assertThat(entries).containsOnlyKeys("build.sh", "link@", "shoal.yaml").containsEntry("build.sh", 0755);
    }

    @Test
    void wrongUsageIsTwo() throws IOException {
        assertThat(shoal("build", "submit").code()).isEqualTo(2);
        assertThat(shoal("build", "submit", "--git", "https://git.example/web").code())
                .isEqualTo(2);
        assertThat(shoal("build", "submit", "--local", ".", "--tarball", "x").code())
                .isEqualTo(2);
        assertThat(shoal("build", "submit", "--tarball", "x").code()).isEqualTo(2);
        assertThat(shoal("no-such-command").code()).isEqualTo(2);
        assertThat(shoal("build", "show").code()).isEqualTo(2);
        assertThat(shoal("build").code()).isEqualTo(2);
        assertThat(shoal().code()).isEqualTo(2);
        assertThat(shoal("--help").code()).isZero();
    }

    @Test
    void aFailureIsOneLineOnStandardErrorAndOne() throws IOException {
        Map<String, String> nobody = Map.of("SHOAL_URL", "http://127.0.0.1:1", "SHOAL_TOKEN", "x");
        for (Outcome outcome : List.of(
                shoal("build", "show", "987654"),
                shoal("build", "show", "web-987654"),
                shoal("build", "submit", "--git", "https://git.example/web", "--ref", "v1", "--app", "Web!"),
                shoal("build", "submit", "--local", directory.resolve("absent").toString()),
                shoal("release", "rollback", "web"),
                shoal("build", "list", "--limit", "0"),
                shoal(nobody, "build", "list"),
                shoal(Map.of("SHOAL_DIR", directory.toString()), "build", "list"),
                shoal(Map.of("SHOAL_URL", stack.url().toString(), "SHOAL_TOKEN", "guess"), "build", "list"))) {
            assertThat(outcome.code()).as(outcome.err()).isEqualTo(1);
            assertThat(outcome.err().lines()).hasSize(1);
            assertThat(outcome.err()).startsWith("shoal: ").doesNotContain("Exception");
            assertThat(outcome.out()).isEmpty();
        }
    }

    @Test
    void findsTheApiOfTheStackInADirectory() throws IOException {
        Files.writeString(
                directory.resolve("stack.json"),
                Json.text(Map.of(
                        "api",
                        stack.url(),
                        "admin_token_file",
                        stack.tokenFile().toString(),
                        "regions",
                        List.of())));

        assertThat(shoal(Map.of("SHOAL_DIR", directory.toString()), "build", "list")
                        .code())
                .isZero();
        assertThat(shoal(Map.of(), "build", "list", "--dir", directory.toString())
                        .code())
                .isZero();
    }

    @Test
    void tablesAreAligned() throws IOException {
        fleet.queued("web");
        fleet.queued("a-much-longer-name");

        List<String> lines = shoal("build", "list").out().lines().toList();

        int column = lines.getFirst().indexOf("STATUS");
        assertThat(lines).hasSize(3);
        assertThat(lines.subList(1, 3))
                .allSatisfy(line -> assertThat(line.substring(column)).startsWith("queued"));
    }

    @Test
    void showsAJobWithItsBuildAndABuildByName() throws IOException {
        Build build = fleet.built("web");
        fleet.complete(build.name(), ApiStack.EU);

        assertThat(shoal("build", "show", build.job().toString()).out())
                .contains("running", "https://git.example/web.git at main", "64.0 MiB", "COMPLETE", "PENDING");
        assertThat(shoal("build", "show", build.name().value()).out())
                .contains(build.artifact().digest().value());
        assertThat(shoal("build", "show", build.name().value(), "--json")
                        .json()
                        .get("build_name")
                        .asText())
                .isEqualTo(build.name().value());
    }

    @Test
    void printsLogsAndFollowsThem() throws IOException {
        Job job = fleet.running("web");
        stack.logs().append(Fleet.lease(job), 0, "one\n\u001b[31mtwo\n".getBytes(StandardCharsets.UTF_8));
        assertThat(shoal("build", "logs", job.id().toString()).out()).isEqualTo("one\n[31mtwo\n");

        stack.logs().finish(Fleet.lease(job), 13);

        Outcome followed = shoal("build", "logs", "-f", job.id().toString());
        assertThat(followed.code()).as(followed.err()).isZero();
        assertThat(followed.out()).isEqualTo("one\n[31mtwo\n");
    }

    @Test
    void waitingForAJobThatFailsIsOneWithItsReason() throws IOException {
        Outcome first = shoal(
                "build",
                "submit",
                "--git",
                "https://git.example/w",
                "--ref",
                "v1",
                "--app",
                "w",
                "--key",
                "k",
                "--json");
        Job job = Json.read(first.out(), Job.class);
        fleet.jobs().cancel(new JobId(job.id().value()));

        Outcome waited = shoal(
                "build",
                "submit",
                "--git",
                "https://git.example/w",
                "--ref",
                "v1",
                "--app",
                "w",
                "--key",
                "k",
                "--wait");

        assertThat(waited.code()).isEqualTo(1);
        assertThat(waited.err()).contains("job " + job.id() + " is stopped");
    }

    @Test
    void releasesShowsAndGoesBack() throws IOException {
        Build one = fleet.replicated("web");
        Build two = fleet.replicated("web");
        Release first = Json.read(
                shoal("release", "start", one.name().value(), "--json").out(), Release.class);
        fleet.flipped(first);
        Release second = Json.read(
                shoal("release", "start", two.name().value(), "--json").out(), Release.class);
        fleet.flipped(second);
        fleet.report(List.of(Fleet.report("eu-m1", ApiStack.EU, 1, second, AppState.HEALTHY, 1)));

        assertThat(shoal("release", "show", second.id().toString()).out()).contains("ms after the flip");
        assertThat(shoal("release", "list", "--app", "web").out())
                .contains(one.name().value(), two.name().value());
        Outcome back = shoal("release", "rollback", "web");

        assertThat(back.code()).as(back.err()).isZero();
        assertThat(back.out()).contains("of " + one.name() + " (seq 3) is pending");
        assertThat(shoal("machines", "--region", "eu").out())
                .contains("eu-m1", "HEALTHY", two.name().value());
        assertThat(shoal("audit").out()).contains("release.rollback", "release.start", "admin");
    }

    @Test
    void aReleaseThatLagsIsRefusedWithTheRegion() throws IOException {
        Build build = fleet.built("web");
        fleet.complete(build.name(), ApiStack.EU);

        Outcome outcome = shoal("release", "start", build.name().value());

        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err()).contains("us (PENDING)");
        assertThat(Optional.of(shoal("release", "start", build.name().value(), "--regions", "eu")
                        .code()))
                .hasValue(0);
    }

    @Test
    void aBuildShowsWhichRegionLagsSinceWhenAndWhatWasSeenInTheOthers() throws IOException {
        Build build = fleet.built("web");
        fleet.complete(build.name(), ApiStack.EU);
        fleet.waiting(build.name(), ApiStack.US, "S3 of region us does not answer");

        String shown = shoal("build", "show", build.name().value()).out();

        assertThat(shown)
                .containsPattern("us +PENDING +\\d+s ago +copy .*S3 of region us does not answer")
                .containsPattern("us lags since \\S+ \\(\\d+s\\)")
                .contains("eu: etag etag, version v7, bytes read back at 0+10")
                .doesNotContain("eu lags");
        Outcome released = shoal("release", "start", build.name().value(), "--all-but", "1");
        assertThat(released.code()).as(released.err()).isZero();
        assertThat(released.out()).contains("without us, where the build was PENDING");
        assertThat(shoal("release", "start", build.name().value(), "--all-but", "-1")
                        .code())
                .isNotZero();
    }

    @Test
    void cancelsAJob() throws IOException {
        Job queued = fleet.queued("web");

        assertThat(shoal("build", "cancel", queued.id().toString()).out())
                .isEqualToIgnoringNewLines("job " + queued.id() + " is stopped");
    }

    @Test
    void retriesAJob() throws IOException {
        Job stopped = fleet.queued("web");
        fleet.jobs().cancel(stopped.id());

        assertThat(shoal("build", "retry", stopped.id().toString()).out())
                .contains("retries job " + stopped.id() + " and is queued");
    }

    @Test
    void aViewerMayNotSubmit() {
        stack.as(Role.VIEWER);
        Outcome outcome = shoal(
                Map.of("SHOAL_URL", stack.url().toString(), "SHOAL_TOKEN", "token-VIEWER"),
                "build",
                "submit",
                "--git",
                "https://git.example/w",
                "--ref",
                "v1",
                "--app",
                "w");

        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err()).contains("builder").contains("viewer");
    }
}
