package dev.shoal.api.resources;

import dev.shoal.activities.jobs.BuildStore;
import dev.shoal.activities.jobs.TokenStore.Role;
import dev.shoal.api.auth.Requires;
import dev.shoal.api.problem.ProblemException;
import dev.shoal.api.view.Lists;
import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.job.Build;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Builds with their replicas and evidence. Thread-safe. */
@Path("/builds")
@Tag(name = "builds")
@Produces(MediaType.APPLICATION_JSON)
public final class BuildsResource {
    private final BuildStore builds;

    public BuildsResource(BuildStore builds) {
        this.builds = builds;
    }

    @GET
    @Requires(Role.VIEWER)
    @Operation(summary = "Builds, newest first")
    public Lists.Builds list(
            @QueryParam("app") @Nullable AppName app, @QueryParam("limit") @DefaultValue("50") int limit) {
        return new Lists.Builds(builds.list(Optional.ofNullable(app), Asked.limit(limit)));
    }

    @GET
    @Path("/{name}/provenance")
    @Requires(Role.VIEWER)
    @Operation(summary = "A build's SLSA provenance: an in-toto statement in a DSSE envelope, as it was signed")
    public String provenance(@PathParam("name") BuildName name) {
        return builds.provenance(name)
                .orElseThrow(() -> ProblemException.notFound(
                        builds.find(name).isPresent() ? name + " has no provenance" : "there is no build " + name));
    }

    @GET
    @Path("/{name}")
    @Requires(Role.VIEWER)
    @Operation(summary = "A build with what was seen in each region")
    public Build get(@PathParam("name") BuildName name) {
        return builds.find(name).orElseThrow(() -> ProblemException.notFound("there is no build " + name));
    }
}
