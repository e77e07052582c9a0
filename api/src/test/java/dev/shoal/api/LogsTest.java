package dev.shoal.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.activities.jobs.TokenStore.Role;
import dev.shoal.api.testkit.ApiClient;
import dev.shoal.api.testkit.ApiClient.Answer;
import dev.shoal.api.testkit.ApiExtension;
import dev.shoal.api.testkit.ApiStack;
import dev.shoal.api.testkit.Fleet;
import dev.shoal.model.job.Job;
import dev.shoal.workflows.Lease;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ApiExtension.class)
@Timeout(60)
class LogsTest {
    private final ApiStack stack;
    private final ApiClient viewer;
    private final Fleet fleet;

    LogsTest(ApiStack stack) {
        this.stack = stack;
        this.viewer = stack.as(Role.VIEWER);
        this.fleet = new Fleet(stack);
    }

    private static String path(Job job) {
        return "/api/v1/jobs/" + job.id() + "/log";
    }

    private void append(Lease attempt, long offset, String text) {
        stack.logs().append(attempt, offset, bytes(text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Events of a stream as "event id data", until it ends or {@code stop} was seen. */
    private List<String> events(String path, Optional<String> stop) throws IOException, InterruptedException {
        List<String> seen = new ArrayList<>();
        InputStream body = viewer.http()
                .send(viewer.request(path).timeout(Duration.ofSeconds(30)).build(), BodyHandlers.ofInputStream())
                .body();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            StringBuilder event = new StringBuilder();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isEmpty()) {
                    event.append(event.isEmpty() ? "" : "|").append(line);
                    continue;
                }
                seen.add(event.toString());
                if (stop.isPresent() && event.indexOf(stop.get()) >= 0) {
                    return seen;
                }
                event.setLength(0);
            }
        }
        return seen;
    }

    @Test
    void aLogIsReadByOffset() {
        Job job = fleet.running("web");
        append(Fleet.lease(job), 0, "one\ntwo\n");

        Answer first = viewer.get(path(job));
        Answer rest = viewer.get(path(job) + "?offset=4");

        assertThat(first.text()).isEqualTo("one\ntwo\n");
        assertThat(first.header("X-Next-Offset")).hasValue("8");
        assertThat(first.header("X-Attempt")).hasValue("1");
        assertThat(first.header("X-Log-Complete")).hasValue("false");
        assertThat(rest.text()).isEqualTo("two\n");
        assertThat(viewer.get(path(job) + "?offset=-1").status()).isEqualTo(400);
    }

    @Test
    void aJobWithoutALogHasAnEmptyOne() {
        Answer answer = viewer.get(path(fleet.queued("web")));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEmpty();
        assertThat(answer.header("X-Log-Complete")).hasValue("false");
    }

    @Test
    void aStreamFollowsToTheEnd() throws Exception {
        Job job = fleet.running("web");
        append(Fleet.lease(job), 0, "one\n");
        assertThat(events(path(job) + "/stream", Optional.of("one")))
                .containsExactly("event: attempt|data: 1", "event: log|id: 4|data: one|data: ");

        append(Fleet.lease(job), 4, "two\r\nthree");
        stack.logs().finish(Fleet.lease(job), 14);
        fleet.jobs().fail(Fleet.lease(job), "broken", Optional.empty());

        assertThat(events(path(job) + "/stream?offset=4", Optional.empty()))
                .containsExactly(
                        "event: attempt|data: 1", "event: log|id: 14|data: two|data: three", "event: end|data: failed");
    }

    @Test
    void aReaderSeesWhatIsWrittenWhileItReads() throws Exception {
        Job job = fleet.running("web");
        append(Fleet.lease(job), 0, "start\n");
        Thread writer = Thread.ofPlatform().start(() -> {
            append(Fleet.lease(job), 6, "later\n");
            stack.logs().finish(Fleet.lease(job), 12);
        });

        List<String> events = events(path(job) + "/stream", Optional.empty());
        writer.join();

        assertThat(String.join("\n", events)).contains("start").contains("later");
        assertThat(events.getLast()).isEqualTo("event: end|data: running");
    }

    @Test
    void aNewAttemptIsFollowedFromItsStart() throws Exception {
        Job job = fleet.running("web");
        append(new Lease(job.id(), 1), 0, "first attempt\n");
        append(new Lease(job.id(), 2), 0, "again\n");

        assertThat(events(path(job) + "/stream?attempt=1&offset=14", Optional.of("again")))
                .containsExactly("event: attempt|data: 2", "event: log|id: 6|data: again|data: ");
    }

    @Test
    void aCharacterThatIsHalfWrittenWaitsForItsRest() throws Exception {
        Job job = fleet.running("web");
        byte[] fish = bytes("ein Fisch: 🐟");
        stack.logs().append(Fleet.lease(job), 0, java.util.Arrays.copyOf(fish, fish.length - 2));
        assertThat(events(path(job) + "/stream", Optional.of("Fisch")).getLast())
                .isEqualTo("event: log|id: 11|data: ein Fisch: ");

        stack.logs()
                .append(
                        Fleet.lease(job),
                        fish.length - 2,
                        java.util.Arrays.copyOfRange(fish, fish.length - 2, fish.length));

        assertThat(events(path(job) + "/stream?offset=11", Optional.of("🐟")).getLast())
                .isEqualTo("event: log|id: 15|data: 🐟");
    }

    @Test
    void theStreamOfAnEndedJobWithoutALogEnds() throws Exception {
        Job job = fleet.queued("web");
        fleet.jobs().cancel(job.id());

        assertThat(events(path(job) + "/stream", Optional.empty())).containsExactly("event: end|data: stopped");
    }
}
