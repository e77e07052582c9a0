package dev.shoal.api.resources;

import dev.shoal.activities.jobs.AuditLog;
import dev.shoal.activities.jobs.TokenStore.Role;
import dev.shoal.api.auth.Requires;
import dev.shoal.api.view.Lists;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;

/** Who did what. Thread-safe. */
@Path("/audit")
@Tag(name = "audit")
@Produces(MediaType.APPLICATION_JSON)
public final class AuditResource {
    private final AuditLog audit;

    public AuditResource(AuditLog audit) {
        this.audit = audit;
    }

    @GET
    @Requires(Role.ADMIN)
    @Operation(summary = "Every change that was asked for, newest first")
    public Lists.Audit list(@QueryParam("limit") @DefaultValue("50") int limit) {
        return new Lists.Audit(audit.list(Asked.limit(limit)));
    }
}
