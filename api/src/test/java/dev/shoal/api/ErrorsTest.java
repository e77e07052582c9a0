package dev.shoal.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shoal.activities.jobs.TokenStore.Role;
import dev.shoal.api.testkit.ApiClient;
import dev.shoal.api.testkit.ApiClient.Answer;
import dev.shoal.api.testkit.ApiExtension;
import dev.shoal.api.testkit.ApiStack;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ApiExtension.class)
class ErrorsTest {
    private static final String JOBS = "/api/v1/jobs";
    private static final String GOOD =
            "{\"app\":\"web\",\"source\":{\"type\":\"git\",\"url\":\"https://git.example/web\",\"ref\":\"main\"}}";

    private final ApiStack stack;
    private final ApiClient admin;

    ErrorsTest(ApiStack stack) {
        this.stack = stack;
        this.admin = stack.as(Role.ADMIN);
    }

    private static JsonNode assertProblem(Answer answer, int status) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.contentType()).isEqualTo("application/problem+json");
        JsonNode problem = answer.json();
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.get("type").asText()).isNotBlank();
        assertThat(problem.get("title").asText()).isNotBlank();
        assertThat(problem.get("detail").asText()).isNotBlank().doesNotContain("dev.shoal", "java.", "Exception");
        return problem;
    }

    private static String detail(Answer answer, int status) {
        return assertProblem(answer, status).get("detail").asText();
    }

    @Test
    void brokenJsonIsABadRequestWithItsPlace() {
        assertThat(detail(admin.post(JOBS, "{\"app\": "), 400))
                .contains("not JSON")
                .contains("line 1");
        assertThat(detail(admin.post(JOBS, "web"), 400)).contains("not JSON");
        assertThat(detail(admin.post(JOBS, ""), 400)).contains("body");
    }

    @Test
    void aFieldThatCannotBeIsNamed() {
        assertThat(detail(admin.post(JOBS, GOOD.replace("web\",\"source", "Web!\",\"source")), 422))
                .contains("app")
                .contains("Web!");
        assertThat(detail(admin.post(JOBS, "{\"app\":\"web\"}"), 422)).contains("source: missing");
        assertThat(detail(admin.post(JOBS, GOOD.replace("git\",\"url", "svn\",\"url")), 422))
                .contains("source")
                .contains("svn");
        assertThat(detail(admin.post(JOBS, GOOD.replace("\"main\"", "\"--upload-pack=x\"")), 422))
                .contains("must not start with '-'");
        assertThat(detail(admin.post(JOBS, GOOD.replace(",\"ref\":\"main\"", "")), 422))
                .contains("source");
        assertThat(detail(admin.post(JOBS, GOOD.replace("}}", "},\"priority\":\"high\"}")), 422))
                .contains("priority");
        assertThat(detail(admin.post(JOBS, GOOD.replace("}}", "},\"priority\":1001}")), 422))
                .contains("1001");
        assertThat(detail(admin.post(JOBS, GOOD.replace("}}", "},\"regions\":[\"mars\"]}")), 422))
                .contains("mars");
        assertThat(detail(admin.post(JOBS, GOOD.replace("}}", "},\"reigons\":[]}")), 422))
                .contains("reigons");
        assertThat(detail(admin.post(JOBS, "[1]"), 422)).isNotBlank();
    }

    @Test
    void whatIsNotThereIsNotFound() {
        assertThat(detail(admin.get("/api/v1/jobs/987654"), 404)).contains("job 987654");
        assertProblem(admin.get("/api/v1/jobs/seven"), 404);
        assertThat(detail(admin.get("/api/v1/builds/web-9"), 404)).contains("web-9");
        assertProblem(admin.get("/api/v1/releases/987654"), 404);
        assertProblem(admin.get("/api/v1/jobs/987654/log"), 404);
        assertProblem(admin.get("/api/v1/jobs/987654/log/stream"), 404);
        assertProblem(admin.post("/api/v1/jobs/987654/cancel", ""), 404);
        assertProblem(admin.post("/api/v1/jobs/987654/retry", ""), 404);
        assertThat(detail(admin.post("/api/v1/apps/web/rollback", "{}"), 404)).contains("web");
        assertThat(detail(admin.post("/api/v1/releases", "{\"build\":\"web-9\"}"), 404))
                .contains("web-9");
        assertProblem(admin.get("/api/v1/nothing"), 404);
        assertProblem(admin.get("/nothing.html"), 404);
    }

    @Test
    void aParameterThatCannotBeIsABadRequest() {
        assertThat(detail(admin.get("/api/v1/jobs?limit=0"), 400)).contains("limit");
        assertThat(detail(admin.get("/api/v1/jobs?limit=many"), 400)).contains("limit");
        assertThat(detail(admin.get("/api/v1/jobs?status=sleeping"), 400)).contains("status");
        assertThat(detail(admin.get("/api/v1/machines?region=EU!"), 400)).contains("region");
        assertThat(detail(admin.post(JOBS, GOOD, "k".repeat(256)), 400)).contains("Idempotency-Key");
    }

    @Test
    void aMethodThatAPathDoesNotKnowIsRefusedWithThoseItKnows() {
        Answer answer = admin.send("DELETE", JOBS, "application/json", new byte[0], Map.of());

        assertProblem(answer, 405);
        assertThat(answer.header("Allow").orElse("")).contains("GET").contains("POST");
    }

    @Test
    void aMediaTypeThatIsNotUnderstoodIsRefused() {
        assertProblem(admin.send("POST", JOBS, "text/plain", GOOD.getBytes(StandardCharsets.UTF_8), Map.of()), 415);
    }

    @Test
    void aBodyBeyondTheLimitIsRefusedWithTheLimit() {
        String large = GOOD.replace("\"main\"", "\"" + "x".repeat(64 << 10) + "\"");

        assertThat(assertProblem(admin.post(JOBS, large), 413).get("limit").asLong())
                .isEqualTo(64 << 10);
        assertThat(admin.get(JOBS).json().get("jobs")).isEmpty();
    }

    @Test
    void withoutAKnownTokenNothingIsServed() {
        Answer none = stack.client(Optional.empty()).get(JOBS);
        assertProblem(none, 401);
        assertThat(none.header("WWW-Authenticate"))
                .hasValueSatisfying(v -> assertThat(v).startsWith("Bearer"));
        assertProblem(stack.client(Optional.of("guess")).get(JOBS), 401);
    }

    @Test
    void aRevokedTokenIsUnknown() throws Exception {
        ApiClient viewer = stack.as(Role.VIEWER);
        assertThat(viewer.get(JOBS).status()).isEqualTo(200);

        stack.execute("UPDATE tokens SET revoked_at = now() WHERE name = 'viewer'");

        assertProblem(viewer.get(JOBS), 401);
    }

    @Test
    void anUnforeseenErrorSaysOnlyAnId() throws Exception {
        stack.execute("INSERT INTO jobs (job_name, priority, source, release, regions, submitted_by, request_hash)"
                + " VALUES ('web', 1, '{\"type\":\"gone\"}', false, '{}', 'x', 'x')");

        JsonNode problem = assertProblem(admin.get("/api/v1/jobs"), 500);

        assertThat(problem.get("error_id").asText()).hasSize(36);
        assertThat(problem.get("detail").asText())
                .contains(problem.get("error_id").asText());
    }

    @Test
    void healthSaysOk() {
        Answer health = stack.client(Optional.empty()).get("/health");

        assertThat(health.status()).isEqualTo(200);
        assertThat(health.json().get("status").asText()).isEqualTo("ok");
    }
}
