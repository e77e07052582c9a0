package dev.shoal.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shoal.activities.jobs.TokenStore.Role;
import dev.shoal.api.testkit.ApiClient;
import dev.shoal.api.testkit.ApiClient.Answer;
import dev.shoal.api.testkit.ApiExtension;
import dev.shoal.api.testkit.ApiStack;
import dev.shoal.api.testkit.Fleet;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobLimits;
import dev.shoal.model.job.JobStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(ApiExtension.class)
class JobsTest {
    private static final String JOBS = "/api/v1/jobs";
    private static final String WEB =
            "{\"app\":\"web\",\"source\":{\"type\":\"git\",\"url\":\"https://git.example/web\",\"ref\":\"main\"}}";

    private final ApiStack stack;
    private final ApiClient builder;
    private final Fleet fleet;

    JobsTest(ApiStack stack) {
        this.stack = stack;
        this.builder = stack.as(Role.BUILDER);
        this.fleet = new Fleet(stack);
    }

    @Test
    void aSubmittedJobIsQueuedWithDefaultsAndAudited() {
        Answer answer = builder.post(JOBS, WEB);

        assertThat(answer.status()).isEqualTo(201);
        Job job = answer.as(Job.class);
        assertThat(job.status()).isEqualTo(JobStatus.QUEUED);
        assertThat(job.priority()).isEqualTo(100);
        assertThat(job.release()).isFalse();
        assertThat(job.submittedBy()).isEqualTo("builder");
        assertThat(builder.get(JOBS + "/" + job.id()).as(Job.class)).isEqualTo(job);
        JsonNode entry = stack.as(Role.ADMIN).get("/api/v1/audit").json().at("/entries/0");
        assertThat(entry.get("actor").asText()).isEqualTo("builder");
        assertThat(entry.get("action").asText()).isEqualTo("job.submit");
        assertThat(entry.get("subject").asText()).isEqualTo("job " + job.id());
    }

    @Test
    void aPolicyIsAFieldOfTheJobAndInTheAuditLog() {
        Answer answer = builder.post(JOBS, with("\"policy\":\"all-but-1\""));

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.json().get("policy").asText()).isEqualTo("all-but-1");
        assertThat(builder.post(JOBS, WEB).json().get("policy").asText()).isEqualTo("all");
        assertThat(stack.as(Role.ADMIN).get("/api/v1/audit").text()).contains("\"policy\":\"all-but-1\"");
    }

    @Test
    void aPolicyThatIsNoneOrLeavesNoRegionIsRefusedAndChangesNothing() {
        Answer none = builder.post(JOBS, with("\"policy\":\"most\""));
        Answer tooMany = builder.post(JOBS, with("\"policy\":\"all-but-2\""));
        Answer noneOfOne = builder.post(JOBS, with("\"regions\":[\"us\"],\"policy\":\"all-but-1\""));
        Answer nowhere = builder.post(JOBS, with("\"regions\":[\"moon\"]"));

        assertThat(List.of(none.status(), tooMany.status(), noneOfOne.status(), nowhere.status()))
                .containsOnly(422);
        assertThat(none.text()).contains("'most'");
        assertThat(tooMany.text()).contains("policy all-but-2 leaves none of 2 regions");
        assertThat(nowhere.text()).contains("there is no region 'moon'");
        assertThat(builder.get(JOBS).json().get("jobs")).isEmpty();
    }

    @Test
    void limitsAreFieldsOfTheJobAndInTheAuditLog() {
        Answer answer = builder.post(
                JOBS,
                with(
                        "\"limits\":{\"time_seconds\":600,\"memory_bytes\":1073741824,\"pids\":64,\"output_bytes\":65536}"));

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.as(Job.class).limits())
                .contains(
                        new JobLimits(Optional.of(600L), Optional.of(1L << 30), Optional.of(64), Optional.of(65_536L)));
        assertThat(builder.get(JOBS + "/" + answer.as(Job.class).id())
                        .as(Job.class)
                        .limits())
                .isEqualTo(answer.as(Job.class).limits());
        assertThat(stack.as(Role.ADMIN).get("/api/v1/audit").text())
                .contains("time 600 s, memory 1.0 GiB, 64 processes, output 64.0 KiB");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"memory_bytes\":1024}; limits.memory_bytes must be at least 4194304, got 1024",
                "{\"memory_bytes\":4294967297}; limits.memory_bytes must be at most 4294967296",
                "{\"pids\":3}; limits.pids must be at least 4, got 3",
                "{\"pids\":4097}; limits.pids must be at most 4096",
                "{\"time_seconds\":0}; limits.time_seconds must be within 1..86400, got 0",
                "{\"time_seconds\":86401}; limits.time_seconds must be within 1..86400, got 86401",
                "{\"output_bytes\":-1}; limits.output_bytes must be at least 1024, got -1",
                "{\"cpu\":2}; unknown field 'cpu'"
            })
    void limitsThatMakeNoSenseOrAreAboveWhatHostsAllowAreRefusedAndChangeNothing(String limits, String reason) {
        Answer refused = builder.post(JOBS, with("\"limits\":" + limits));

        assertThat(refused.status()).isBetween(400, 422);
        assertThat(refused.contentType()).isEqualTo("application/problem+json");
        assertThat(refused.json().get("detail").asText()).contains(reason);
        assertThat(builder.get(JOBS).json().get("jobs")).isEmpty();
    }

    private static String with(String fields) {
        return WEB.substring(0, WEB.length() - 1) + "," + fields + "}";
    }

    @Test
    void theSameKeyIsTheSameJobAndAnotherContentAConflict() {
        Answer first = builder.post(JOBS, WEB, "key-1");
        Answer again = builder.post(JOBS, WEB, "key-1");
        Answer other = builder.post(JOBS, WEB.replace("main", "next"), "key-1");

        assertThat(first.status()).isEqualTo(201);
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.as(Job.class).id()).isEqualTo(first.as(Job.class).id());
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.contentType()).isEqualTo("application/problem+json");
        assertThat(other.json().get("job").asLong())
                .isEqualTo(first.as(Job.class).id().value());
        assertThat(builder.get(JOBS).json().get("jobs")).hasSize(1);
    }

    @Test
    void listsPageBackwards() {
        List<Long> ids = IntStream.range(0, 5)
                .mapToObj(i -> fleet.queued("web").id().value())
                .toList();
        fleet.queued("other");

        JsonNode page = builder.get(JOBS + "?app=web&limit=2").json().get("jobs");
        JsonNode next = builder.get(JOBS + "?app=web&limit=2&before="
                        + page.get(1).get("id").asLong())
                .json()
                .get("jobs");

        assertThat(page.get(0).get("id").asLong()).isEqualTo(ids.get(4));
        assertThat(next.get(0).get("id").asLong()).isEqualTo(ids.get(2));
        assertThat(builder.get(JOBS + "?status=running").json().get("jobs")).isEmpty();
    }

    @Test
    void aQueuedJobIsStoppedAtOnceARunningOneIsAskedAndAnEndedOneStays() {
        Job queued = fleet.queued("web");
        assertThat(builder.post(JOBS + "/" + queued.id() + "/cancel", "")
                        .as(Job.class)
                        .status())
                .isEqualTo(JobStatus.STOPPED);

        Job running = fleet.running("web");
        Answer asked = builder.post(JOBS + "/" + running.id() + "/cancel", "");
        assertThat(asked.status()).isEqualTo(202);
        assertThat(asked.as(Job.class).cancelRequested()).isTrue();
        assertThat(asked.as(Job.class).status()).isEqualTo(JobStatus.RUNNING);

        fleet.jobs().stop(Fleet.lease(running), "cancelled");
        assertThat(builder.post(JOBS + "/" + running.id() + "/cancel", "").status())
                .isEqualTo(409);
    }

    @Test
    void aStoppedJobIsRetriedOnceByANewJobThatNamesIt() {
        Job job = fleet.queued("web");
        assertThat(builder.post(JOBS + "/" + job.id() + "/retry", "").status()).isEqualTo(409);
        builder.post(JOBS + "/" + job.id() + "/cancel", "");

        Answer first = builder.post(JOBS + "/" + job.id() + "/retry", "");
        Answer again = builder.post(JOBS + "/" + job.id() + "/retry", "");

        assertThat(first.status()).isEqualTo(201);
        assertThat(first.json().get("retry_of").asLong()).isEqualTo(job.id().value());
        assertThat(first.as(Job.class).source()).isEqualTo(job.source());
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.as(Job.class).id()).isEqualTo(first.as(Job.class).id());
    }

    @Test
    void anUploadedSourceIsKeptUnderItsDigest(@TempDir Path directory) throws IOException {
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
            out.write(new byte[10_000]);
        }

        Answer answer = builder.send("POST", "/api/v1/sources", "application/gzip", gzip.toByteArray(), Map.of());

        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        dev.shoal.model.Digest digest =
                answer.as(dev.shoal.api.view.Uploaded.class).sha256();
        Path fetched = directory.resolve("source");
        assertThat(stack.sources().fetchSource(digest, fetched)).isTrue();
        assertThat(Files.readAllBytes(fetched)).isEqualTo(gzip.toByteArray());
    }

    @Test
    void anUploadThatIsTooLargeOrNoGzipIsRefused() {
        byte[] tooLarge = new byte[(1 << 20) + 1];
        assertThat(builder.send("POST", "/api/v1/sources", "application/gzip", tooLarge, Map.of())
                        .status())
                .isEqualTo(413);
        assertThat(builder.send("POST", "/api/v1/sources", "application/gzip", new byte[100], Map.of())
                        .status())
                .isEqualTo(422);
    }

    @Test
    void theFirstTokenIsForItsOwnerOnly() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(stack.tokenFile())))
                .isEqualTo("rw-------");
        assertThat(Files.readString(stack.tokenFile()).strip()).hasSize(43);
    }
}
