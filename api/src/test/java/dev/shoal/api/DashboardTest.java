package dev.shoal.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.activities.jobs.TokenStore.Role;
import dev.shoal.api.testkit.ApiClient;
import dev.shoal.api.testkit.ApiClient.Answer;
import dev.shoal.api.testkit.ApiExtension;
import dev.shoal.api.testkit.ApiStack;
import dev.shoal.api.testkit.Fleet;
import dev.shoal.model.Release;
import dev.shoal.model.job.Build;
import dev.shoal.model.job.Job;
import dev.shoal.model.report.AppState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(ApiExtension.class)
class DashboardTest {
    private static final Pattern REFERENCE = Pattern.compile("(?:src|href)=\"([^\"]+)\"|from \"\\./([^\"]+)\"");

    private final ApiStack stack;
    private final ApiClient anybody;
    private final Fleet fleet;

    DashboardTest(ApiStack stack) {
        this.stack = stack;
        this.anybody = stack.client(Optional.empty());
        this.fleet = new Fleet(stack);
    }

    @Test
    void everyFileThatAPageNamesIsServedFromHere() {
        for (String page :
                List.of("/", "/page.js", "/api.js", "/elements.js", "/views.js", "/words.js", "/style.css")) {
            Answer answer = anybody.get(page);
            assertThat(answer.status()).as(page).isEqualTo(200);
            Matcher references = REFERENCE.matcher(answer.text());
            while (references.find()) {
                String name = Optional.ofNullable(references.group(1)).orElseGet(() -> references.group(2));
                assertThat(anybody.get("/" + name).status()).as(name).isEqualTo(200);
            }
        }
        assertThat(anybody.get("/").header("Content-Security-Policy"))
                .hasValueSatisfying(policy -> assertThat(policy).contains("default-src 'self'"));
    }

    @Test
    void anUnchangedFileIsNotSentAgain() {
        String etag = anybody.get("/page.js").header("ETag").orElseThrow();

        Answer again = anybody.send("GET", "/page.js", "text/plain", new byte[0], Map.of("If-None-Match", etag));

        assertThat(again.status()).isEqualTo(304);
    }

    @Test
    void aBrowserShowsQueueBuildsReleasesAndMachinesAndNoForeignMarkup(@TempDir Path directory) throws Exception {
        Build build = fleet.replicated("hello");
        Release release = fleet.flipped(stack.as(Role.RELEASER)
                .post("/api/v1/releases", "{\"build\":\"" + build.name() + "\"}")
                .as(Release.class));
        fleet.report(List.of(Fleet.report("eu-m1", ApiStack.EU, 1, release, AppState.HEALTHY, 1)));
        Job failed = fleet.running("payments");
        fleet.jobs().fail(Fleet.lease(failed), "exit 2: <img src=x onerror=document.title='owned'>", Optional.empty());
        fleet.queued("orders");
        fleet.waiting(fleet.built("slow").name(), ApiStack.US, "<b>S3 is away</b>");

        String page = rendered(
                directory, "/?token=" + Files.readString(stack.tokenFile()).strip());

        assertThat(page)
                .contains(
                        build.name().value(), "eu-m1", "payments", "orders", "eu complete", "1 of 1 healthy", "rolling")
                .contains("bytes 0+10 read back", "us lags for")
                .containsPattern("pending since (just now|[0-9a-z]+ ago): &lt;b&gt;S3 is away&lt;/b&gt;")
                .contains("&lt;img src=x")
                .contains("http://127.0.0.1:8233/namespaces/default/workflows/" + release.workflowId())
                .contains("<title>Shoal</title>")
                .doesNotContain("<img src=\"x\"");
    }

    @Test
    void aBrowserWithoutATokenIsAskedForOne(@TempDir Path directory) throws Exception {
        assertThat(rendered(directory, "/"))
                .contains("<main id=\"page\" hidden")
                .contains("<form id=\"login\">");
    }

    @Test
    void aBrowserOpensALogByItsAddress(@TempDir Path directory) throws Exception {
        Job job = fleet.running("hello");
        stack.logs()
                .append(Fleet.lease(job), 0, "<script>alert(1)</script> compiling\n".getBytes(StandardCharsets.UTF_8));
        stack.logs().finish(Fleet.lease(job), 36);

        String page = rendered(
                directory, "/?token=" + Files.readString(stack.tokenFile()).strip() + "#log=" + job.id());

        assertThat(page).contains("&lt;script&gt;alert(1)&lt;/script&gt; compiling", "end: running");
    }

    /** The page as a browser has it after a few seconds of its (virtual) time. */
    private String rendered(Path directory, String path) throws IOException, InterruptedException {
        Path chromium = chromium();
        Path dom = directory.resolve("dom.html");
        Process process = new ProcessBuilder(
                        chromium.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--disable-dev-shm-usage",
                        "--user-data-dir=" + directory.resolve("profile"),
                        "--virtual-time-budget=20000",
                        "--dump-dom",
                        stack.url() + path)
                .redirectOutput(dom.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS))
                    .as("the browser ends")
                    .isTrue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        return Files.readString(dom);
    }

    private static Path chromium() {
        Optional<Path> found = Stream.of(System.getenv("PATH").split(":"))
                .flatMap(entry -> Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(name -> Path.of(entry, name)))
                .filter(Files::isExecutable)
                .findFirst();
        Assumptions.assumeTrue(found.isPresent(), "SKIPPED: no chromium on PATH, so nobody looked at the dashboard");
        return found.orElseThrow();
    }
}
