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
import dev.shoal.model.job.JobStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

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
