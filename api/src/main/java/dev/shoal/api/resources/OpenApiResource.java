package dev.shoal.api.resources;

import dev.shoal.api.auth.Open;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** The description of this API for programs. Thread-safe. */
@Path("/openapi.json")
public final class OpenApiResource {
    private final String document;

    /** @param document the OpenAPI document, JSON */
    public OpenApiResource(String document) {
        this.document = document;
    }

    @GET
    @Open
    @Hidden
    @Produces(MediaType.APPLICATION_JSON)
    public String get() {
        return document;
    }
}
