package dev.shoal.api.resources;

import dev.shoal.activities.jobs.MachineStore;
import dev.shoal.activities.jobs.TokenStore.Role;
import dev.shoal.api.auth.Requires;
import dev.shoal.api.problem.MaxBody;
import dev.shoal.api.view.Lists;
import dev.shoal.api.view.MachineView;
import dev.shoal.model.AppName;
import dev.shoal.model.RegionName;
import dev.shoal.model.report.ReportBatch;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What machines run, as they say themselves. Thread-safe. */
@Path("/")
@Tag(name = "machines")
@Produces(MediaType.APPLICATION_JSON)
public final class MachinesResource {
    private static final long LARGEST_BATCH = 4 << 20;

    private final MachineStore machines;

    public MachinesResource(MachineStore machines) {
        this.machines = machines;
    }

    @GET
    @Path("/machines")
    @Requires(Role.VIEWER)
    @Operation(summary = "Machines by region and id")
    public Lists.Machines list(
            @QueryParam("region") @Nullable RegionName region,
            @QueryParam("app") @Nullable AppName app,
            @QueryParam("limit") @DefaultValue("100") int limit) {
        return new Lists.Machines(
                machines.list(Optional.ofNullable(region), Optional.ofNullable(app), Asked.limit(limit)).stream()
                        .map(MachineView::of)
                        .toList());
    }

    @POST
    @Path("/reports")
    @Consumes(MediaType.APPLICATION_JSON)
    @MaxBody(LARGEST_BATCH)
    @Requires(Role.AGENT)
    @Operation(summary = "Region agents hand in what their machines reported")
    public void report(@Nullable ReportBatch batch) {
        ReportBatch reports = Asked.body(batch);
        if (!reports.reports().isEmpty()) {
            machines.write(reports.reports());
        }
    }
}
