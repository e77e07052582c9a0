package dev.shoal.api.resources;

import dev.shoal.activities.jobs.ReleaseStore;
import dev.shoal.activities.jobs.ReleaseStore.NewRelease;
import dev.shoal.activities.jobs.TokenStore.Role;
import dev.shoal.api.auth.Requires;
import dev.shoal.api.problem.ProblemException;
import dev.shoal.api.view.LimitRequest;
import dev.shoal.api.view.ReleaseView;
import dev.shoal.api.view.RollbackRequest;
import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.Release;
import dev.shoal.model.gate.ReleasePolicy;
import dev.shoal.model.job.AppLimits;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Rollback: a release of an older build, with a higher seq. And an app's limit. Thread-safe. */
@Path("/apps")
@Tag(name = "releases")
@Produces(MediaType.APPLICATION_JSON)
public final class AppsResource {
    private final ReleaseStore releases;
    private final ReleaseRequests requests;
    private final LimitsResource limits;

    public AppsResource(ReleaseStore releases, ReleaseRequests requests, LimitsResource limits) {
        this.limits = limits;
        this.releases = releases;
        this.requests = requests;
    }

    @POST
    @Path("/{app}/rollback")
    @Requires(Role.RELEASER)
    @Operation(summary = "Go back to the build released before the current one, or to the named one")
    @ApiResponse(
            responseCode = "201",
            description = "the seq is allocated; machines will follow",
            content = @Content(schema = @Schema(implementation = ReleaseView.class)))
    @ApiResponse(
            responseCode = "200",
            description = "made before under this key",
            content = @Content(schema = @Schema(implementation = ReleaseView.class)))
    @ApiResponse(responseCode = "404", description = "the app has no release")
    @ApiResponse(responseCode = "409", description = "there is nothing to go back to")
    public Response rollback(
            @PathParam("app") AppName app,
            @Nullable RollbackRequest body,
            @HeaderParam(Asked.IDEMPOTENCY_KEY) @Nullable String key,
            @Context @Parameter(hidden = true) SecurityContext security) {
        Optional<BuildName> to = body == null ? Optional.empty() : body.to();
        Optional<String> checkedKey = Asked.key(key);
        String by = Asked.by(security);
        Release current =
                releases.newest(app).orElseThrow(() -> ProblemException.notFound("app " + app + " has no release"));
        // Under a key the target of the first call counts: by now "the one before" is another.
        Optional<Release> before = checkedKey.flatMap(k -> releases.findByKey(by, k));
        if (before.isPresent()) {
            return sameAgain(before.get(), app, to);
        }
        Release target = target(app, current, to);
        return requests.create(
                new NewRelease(
                        target.build(),
                        ReleasePolicy.named(Set.copyOf(current.regions())),
                        Optional.of(target.id()),
                        checkedKey,
                        by),
                "release.rollback");
    }

    @PUT
    @Path("/{app}/limit")
    @Consumes(MediaType.APPLICATION_JSON)
    @Requires(Role.ADMIN)
    @Operation(summary = "Limit how many jobs of the app run at once; without a number, no longer")
    public AppLimits limit(
            @PathParam("app") AppName app,
            @Nullable LimitRequest body,
            @Context @Parameter(hidden = true) SecurityContext security) {
        return limits.limit(Optional.of(app), body, security);
    }

    private Response sameAgain(Release release, AppName app, Optional<BuildName> to) {
        boolean same = release.app().equals(app)
                && release.rollbackOf().isPresent()
                && to.map(release.build()::equals).orElse(true);
        if (!same) {
            throw ReleaseRequests.keyUsed(release.id());
        }
        return requests.again(release);
    }

    private Release target(AppName app, Release current, Optional<BuildName> to) {
        if (to.isEmpty()) {
            return releases.previous(current)
                    .orElseThrow(() -> ProblemException.of(
                            409, "app " + app + " was never released with another build than " + current.build()));
        }
        return releases.list(Optional.of(app), Asked.MOST).stream()
                .filter(r -> r.build().equals(to.get()))
                .findFirst()
                .orElseThrow(() -> ProblemException.of(409, "build " + to.get() + " is no earlier release of " + app));
    }
}
