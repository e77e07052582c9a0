package dev.shoal.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shoal.api.testkit.ApiClient.Answer;
import dev.shoal.api.testkit.ApiExtension;
import dev.shoal.api.testkit.ApiStack;
import io.swagger.v3.core.util.Json;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.parameters.Parameter;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ApiExtension.class)
class OpenApiTest {
    private static final Pattern PATH_PARAMETER = Pattern.compile("\\{([a-z]+)}");

    private final Answer answer;
    private final OpenAPI document;

    OpenApiTest(ApiStack stack) throws Exception {
        answer = stack.client(Optional.empty()).get("/api/v1/openapi.json");
        document = Json.mapper().readValue(answer.text(), OpenAPI.class);
    }

    @Test
    void describesEveryPath() {
        assertThat(answer.status()).isEqualTo(200);
        assertThat(document.getOpenapi()).startsWith("3.");
        assertThat(document.getPaths().keySet())
                .containsExactlyInAnyOrder(
                        "/sources",
                        "/jobs",
                        "/jobs/{id}",
                        "/jobs/{id}/cancel",
                        "/jobs/{id}/retry",
                        "/jobs/{id}/log",
                        "/jobs/{id}/log/stream",
                        "/builds",
                        "/builds/{name}",
                        "/builds/{name}/provenance",
                        "/releases",
                        "/releases/{id}",
                        "/apps/{app}/rollback",
                        "/limits",
                        "/apps/{app}/limit",
                        "/machines",
                        "/reports",
                        "/overview",
                        "/audit",
                        "/retention");
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        Set<String> references = new HashSet<>();
        collect(answer.json(), references);

        assertThat(references)
                .isNotEmpty()
                .allSatisfy(reference -> assertThat(
                                answer.json().at(reference.substring(1)).isMissingNode())
                        .as(reference)
                        .isFalse());
    }

    private static void collect(JsonNode node, Set<String> references) {
        if (node.has("$ref")) {
            references.add(node.get("$ref").asText());
        }
        node.forEach(child -> collect(child, references));
    }

    @Test
    void everyOperationHasAnIdOfItsOwnItsParametersAndItsErrors() {
        Set<String> ids = new HashSet<>();
        document.getPaths()
                .forEach((path, item) -> item.readOperations().forEach(operation -> {
                    assertThat(ids.add(operation.getOperationId()))
                            .as(operation.getOperationId())
                            .isTrue();
                    assertThat(pathParameters(operation)).as(path).isEqualTo(named(path));
                    assertThat(operation.getSummary()).as(path).isNotBlank();
                    assertThat(operation.getResponses().get("default").getContent())
                            .containsKey("application/problem+json");
                    assertThat(operation.getResponses()).as(path).hasSizeGreaterThan(1);
                }));
    }

    private static Set<String> pathParameters(Operation operation) {
        Set<String> names = new HashSet<>();
        if (operation.getParameters() != null) {
            operation.getParameters().stream()
                    .filter(p -> "path".equals(p.getIn()))
                    .map(Parameter::getName)
                    .forEach(names::add);
        }
        return names;
    }

    private static Set<String> named(String path) {
        Set<String> names = new HashSet<>();
        Matcher matcher = PATH_PARAMETER.matcher(path);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }

    @Test
    void idsAndStatusesAreWhatTheWireSays() {
        JsonNode schemas = answer.json().at("/components/schemas");

        assertThat(schemas.at("/Job/properties/job_name").toString()).contains("string");
        assertThat(schemas.at("/Job/properties/id").toString()).contains("integer");
        assertThat(schemas.at("/Job/properties/status/enum").toString())
                .contains("queued")
                .doesNotContain("QUEUED");
        assertThat(schemas.at("/ReleaseView/properties/flip_to_last_ms").isMissingNode())
                .isFalse();
        PathItem jobs = document.getPaths().get("/jobs");
        assertThat(jobs.getPost().getRequestBody().getContent()).containsKey("application/json");
    }
}
