package dev.shoal.api.resources;

import dev.shoal.activities.jobs.ReleaseStore;
import dev.shoal.activities.jobs.ReleaseStore.NewRelease;
import dev.shoal.activities.jobs.TokenStore.Role;
import dev.shoal.api.auth.Requires;
import dev.shoal.api.problem.ProblemException;
import dev.shoal.api.view.Lists;
import dev.shoal.api.view.ReleaseRequest;
import dev.shoal.api.view.ReleaseView;
import dev.shoal.api.view.WantedRegions;
import dev.shoal.model.AppName;
import dev.shoal.model.RegionName;
import dev.shoal.model.ReleaseId;
import dev.shoal.model.gate.ReleasePolicy;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Releases. Thread-safe. */
@Path("/releases")
@Tag(name = "releases")
@Produces(MediaType.APPLICATION_JSON)
public final class ReleasesResource {
    private final ReleaseStore releases;
    private final ReleaseRequests requests;
    private final ReleaseViews views;
    private final Set<RegionName> known;

    /** @param known every region that there is */
    public ReleasesResource(
            ReleaseStore releases, ReleaseRequests requests, ReleaseViews views, Set<RegionName> known) {
        this.known = Set.copyOf(known);
        this.releases = releases;
        this.requests = requests;
        this.views = views;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Requires(Role.RELEASER)
    @Operation(summary = "Release a build to the regions in which it is verified, as many as the policy wants")
    @ApiResponse(
            responseCode = "201",
            description = "the seq is allocated; machines will follow",
            content = @Content(schema = @Schema(implementation = ReleaseView.class)))
    @ApiResponse(
            responseCode = "200",
            description = "made before under this key",
            content = @Content(schema = @Schema(implementation = ReleaseView.class)))
    @ApiResponse(responseCode = "404", description = "there is no such build")
    @ApiResponse(responseCode = "409", description = "some regions lack it (lagging), or the key was used before")
    public Response create(
            @Nullable ReleaseRequest body,
            @HeaderParam(Asked.IDEMPOTENCY_KEY) @Nullable String key,
            @Context @Parameter(hidden = true) SecurityContext security) {
        ReleaseRequest wanted = Asked.body(body);
        if (wanted.build() == null) {
            throw ProblemException.invalid("build: missing");
        }
        WantedRegions where = WantedRegions.of(wanted.regions(), wanted.policy(), known);
        NewRelease request = new NewRelease(
                wanted.build(),
                ReleasePolicy.of(Set.copyOf(where.regions()), where.policy()),
                Optional.empty(),
                Asked.key(key),
                Asked.by(security));
        return requests.create(request, "release.start");
    }

    @GET
    @Requires(Role.VIEWER)
    @Operation(summary = "Releases, newest first")
    public Lists.Releases list(
            @QueryParam("app") @Nullable AppName app, @QueryParam("limit") @DefaultValue("20") int limit) {
        return new Lists.Releases(views.of(releases.list(Optional.ofNullable(app), Asked.limit(limit))));
    }

    @GET
    @Path("/{id}")
    @Requires(Role.VIEWER)
    @Operation(summary = "A release, and how long after the flip the first and the last machine were healthy")
    public ReleaseView get(@PathParam("id") ReleaseId id) {
        return releases.find(id)
                .map(views::of)
                .orElseThrow(() -> ProblemException.notFound("there is no release " + id));
    }
}
