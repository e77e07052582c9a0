package dev.shoal.api.resources;

import dev.shoal.activities.jobs.AuditLog;
import dev.shoal.activities.jobs.JobStore;
import dev.shoal.activities.jobs.TokenStore.Role;
import dev.shoal.api.auth.Requires;
import dev.shoal.api.problem.ProblemException;
import dev.shoal.api.view.LimitRequest;
import dev.shoal.model.AppName;
import dev.shoal.model.job.AppLimits;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How many jobs of an app may run at once. Thread-safe. */
@Path("/limits")
@Tag(name = "jobs")
@Produces(MediaType.APPLICATION_JSON)
public final class LimitsResource {
    private final JobStore jobs;
    private final AuditLog audit;

    public LimitsResource(JobStore jobs, AuditLog audit) {
        this.jobs = jobs;
        this.audit = audit;
    }

    @GET
    @Requires(Role.VIEWER)
    @Operation(summary = "How many jobs of each app may run at once")
    public AppLimits limits() {
        return jobs.limits();
    }

    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    @Requires(Role.ADMIN)
    @Operation(summary = "Limit the running jobs of each app that has no limit of its own; without a number, no longer")
    public AppLimits limitByDefault(
            @Nullable LimitRequest body, @Context @Parameter(hidden = true) SecurityContext security) {
        return limit(Optional.empty(), body, security);
    }

    /** Of the app, or of every app. @throws ProblemException 400 */
    AppLimits limit(Optional<AppName> app, @Nullable LimitRequest body, SecurityContext security) {
        Optional<Integer> max = Asked.body(body).maxRunning();
        if (max.filter(number -> number < 1).isPresent()) {
            throw ProblemException.badRequest("max_running must be at least 1, got " + max.get());
        }
        jobs.limit(app, max);
        audit.append(
                Asked.by(security),
                "app.limit",
                app.map(name -> "app " + name).orElse("every app"),
                Map.of("max_running", max.map(String::valueOf).orElse("none")));
        return jobs.limits();
    }
}
