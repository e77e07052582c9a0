package dev.shoal.api.resources;

import dev.shoal.api.problem.Problem;
import dev.shoal.model.json.Json;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.jaxrs2.Reader;
import io.swagger.v3.oas.integration.SwaggerConfiguration;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Describes the resources as OpenAPI 3, from their annotations and records. */
public final class OpenApiDocument {
    private static final String BEARER = "bearer";
    private static final String PROBLEM = "#/components/schemas/Problem";

    private OpenApiDocument() {}

    /** The document, JSON. */
    public static String of(Set<Class<?>> resources) {
        // The wire's own mapper: ids are plain strings and numbers, names are the JSON ones.
        ModelConverters.getInstance().addConverter(new ModelResolver(Json.mapper()));
        OpenAPI head = new OpenAPI()
                .info(new Info()
                        .title("Shoal")
                        .version("1")
                        .description("Builds a program once and ships it to 100,000 machines."))
                .servers(List.of(new Server().url("/api/v1")))
                .components(new Components()
                        .addSecuritySchemes(
                                BEARER,
                                new SecurityScheme()
                                        .type(SecurityScheme.Type.HTTP)
                                        .scheme("bearer")))
                .security(List.of(new SecurityRequirement().addList(BEARER)));
        Reader reader = new Reader(new SwaggerConfiguration().openAPI(head));
        OpenAPI document = reader.read(new LinkedHashSet<>(resources));
        ModelConverters.getInstance()
                .readAll(Problem.class)
                .forEach((name, schema) -> document.getComponents().addSchemas(name, schema));
        document.getPaths().values().stream()
                .flatMap(path -> path.readOperations().stream())
                .forEach(OpenApiDocument::addProblem);
        return io.swagger.v3.core.util.Json.pretty(document);
    }

    /** What the reader calls the default answer, for want of an annotation, is the good one; ours is the problem. */
    private static void addProblem(Operation operation) {
        ApiResponses responses = operation.getResponses();
        ApiResponse good = responses.remove(ApiResponses.DEFAULT);
        if (good != null) {
            boolean empty = good.getContent() == null || good.getContent().isEmpty();
            responses.addApiResponse(empty ? "204" : "200", good.description(empty ? "done" : "as asked"));
        }
        ApiResponse problem = new ApiResponse()
                .description("a problem")
                .content(new Content()
                        .addMediaType(Problem.MEDIA_TYPE, new MediaType().schema(new Schema<Problem>().$ref(PROBLEM))));
        responses.addApiResponse(ApiResponses.DEFAULT, problem);
    }
}
