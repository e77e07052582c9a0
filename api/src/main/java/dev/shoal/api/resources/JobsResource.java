package dev.shoal.api.resources;

import dev.shoal.activities.jobs.AuditLog;
import dev.shoal.activities.jobs.JobStore;
import dev.shoal.activities.jobs.JobStore.Cancellation;
import dev.shoal.activities.jobs.JobStore.Retry;
import dev.shoal.activities.jobs.JobStore.Submission;
import dev.shoal.activities.jobs.TokenStore.Role;
import dev.shoal.api.auth.Requires;
import dev.shoal.api.problem.ProblemException;
import dev.shoal.api.temporal.WorkflowStarts;
import dev.shoal.api.view.Lists;
import dev.shoal.api.view.SubmitRequest;
import dev.shoal.model.AppName;
import dev.shoal.model.JobId;
import dev.shoal.model.RegionName;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobLimits;
import dev.shoal.model.job.JobRequest;
import dev.shoal.model.job.JobStatus;
import dev.shoal.model.json.Json;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The queue. Thread-safe. */
@Path("/jobs")
@Tag(name = "jobs")
@Produces(MediaType.APPLICATION_JSON)
public final class JobsResource {
    private final JobStore jobs;
    private final WorkflowStarts workflows;
    private final AuditLog audit;
    private final Set<RegionName> regions;
    private final JobLimits mostOfAJob;

    /** @param mostOfAJob what build hosts allow */
    public JobsResource(
            JobStore jobs, WorkflowStarts workflows, AuditLog audit, Set<RegionName> regions, JobLimits mostOfAJob) {
        this.mostOfAJob = mostOfAJob;
        this.jobs = jobs;
        this.workflows = workflows;
        this.audit = audit;
        this.regions = Set.copyOf(regions);
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Requires(Role.BUILDER)
    @Operation(summary = "Submit a build. The same key with the same content is the same job")
    @ApiResponse(
            responseCode = "201",
            description = "accepted",
            content = @Content(schema = @Schema(implementation = Job.class)))
    @ApiResponse(
            responseCode = "200",
            description = "accepted before under this key",
            content = @Content(schema = @Schema(implementation = Job.class)))
    @ApiResponse(responseCode = "409", description = "the key was used for something else")
    public Response submit(
            @Nullable SubmitRequest body,
            @HeaderParam(Asked.IDEMPOTENCY_KEY) @Nullable String key,
            @Context @Parameter(hidden = true) SecurityContext security) {
        JobRequest request = Asked.body(body).toJobRequest(regions, mostOfAJob);
        String by = Asked.by(security);
        return switch (jobs.submit(request, Asked.key(key), by)) {
            case Submission.Accepted accepted -> {
                Job job = accepted.job();
                // The row stands whatever becomes of this: monitors start tickets for queued jobs that have none.
                workflows.ticket(job.id());
                audit.append(by, "job.submit", "job " + job.id(), described(request));
                yield Response.status(201).entity(job).build();
            }
            case Submission.Duplicate duplicate -> Response.ok(duplicate.job()).build();
            case Submission.Conflict conflict ->
                throw ProblemException.of(
                        409,
                        Asked.IDEMPOTENCY_KEY + " was used for job " + conflict.existing()
                                + ", which is another request",
                        Map.of("job", conflict.existing()));
        };
    }

    private static Map<String, String> described(JobRequest request) {
        Map<String, String> detail = new TreeMap<>(Map.of(
                "app",
                request.app().value(),
                "source",
                Json.text(request.source()),
                "priority",
                Integer.toString(request.priority()),
                "release",
                Boolean.toString(request.release()),
                "regions",
                request.regions().toString()));
        request.policy().ifPresent(policy -> detail.put("policy", policy.wire()));
        request.limits().ifPresent(limits -> detail.put("limits", limits.describe()));
        return detail;
    }

    @GET
    @Requires(Role.VIEWER)
    @Operation(summary = "Jobs, newest first; before pages on")
    public Lists.Jobs list(
            @QueryParam("status") @Nullable JobStatus status,
            @QueryParam("app") @Nullable AppName app,
            @QueryParam("before") @Nullable JobId before,
            @QueryParam("limit") @DefaultValue("50") int limit) {
        List<Job> found = jobs.list(new JobStore.Query(
                Optional.ofNullable(status),
                Optional.ofNullable(app),
                Optional.ofNullable(before),
                Asked.limit(limit)));
        return new Lists.Jobs(found);
    }

    @GET
    @Path("/{id}")
    @Requires(Role.VIEWER)
    @Operation(summary = "A job")
    public Job get(@PathParam("id") JobId id) {
        return jobs.find(id).orElseThrow(() -> unknown(id));
    }

    @POST
    @Path("/{id}/cancel")
    @Requires(Role.BUILDER)
    @Operation(summary = "Stop a queued job at once, a running one soon")
    @ApiResponse(
            responseCode = "202",
            description = "stopped, or asked to stop",
            content = @Content(schema = @Schema(implementation = Job.class)))
    @ApiResponse(responseCode = "409", description = "the job has ended before")
    public Response cancel(@PathParam("id") JobId id, @Context @Parameter(hidden = true) SecurityContext security) {
        return switch (jobs.cancel(id)) {
            case Cancellation.Stopped stopped -> cancelled(stopped.job(), security);
            case Cancellation.Requested requested -> {
                requested.job().workflowId().ifPresent(workflows::cancel);
                yield cancelled(requested.job(), security);
            }
            case Cancellation.AlreadyFinal ended ->
                throw ProblemException.of(
                        409,
                        "job " + id + " has ended as " + ended.job().status().wire());
            case Cancellation.Unknown unknown -> throw unknown(id);
        };
    }

    private Response cancelled(Job job, SecurityContext security) {
        audit.append(
                Asked.by(security),
                "job.cancel",
                "job " + job.id(),
                Map.of("status", job.status().wire()));
        return Response.status(202).entity(job).build();
    }

    @POST
    @Path("/{id}/retry")
    @Requires(Role.BUILDER)
    @Operation(summary = "Submit a failed or stopped job again, as a new job. Asked again, the same new job")
    @ApiResponse(
            responseCode = "201",
            description = "accepted",
            content = @Content(schema = @Schema(implementation = Job.class)))
    @ApiResponse(
            responseCode = "200",
            description = "retried before",
            content = @Content(schema = @Schema(implementation = Job.class)))
    @ApiResponse(responseCode = "409", description = "the job has neither failed nor been stopped")
    public Response retry(@PathParam("id") JobId id, @Context @Parameter(hidden = true) SecurityContext security) {
        String by = Asked.by(security);
        return switch (jobs.retry(id, by)) {
            case Retry.Accepted accepted -> {
                Job job = accepted.job();
                workflows.ticket(job.id());
                audit.append(by, "job.retry", "job " + job.id(), Map.of("retry_of", id.toString()));
                yield Response.status(201).entity(job).build();
            }
            case Retry.Duplicate duplicate -> Response.ok(duplicate.job()).build();
            case Retry.NothingToRetry other ->
                throw ProblemException.of(
                        409,
                        "job " + id + " is " + other.job().status().wire()
                                + "; only failed and stopped jobs can be retried");
            case Retry.Unknown none -> throw unknown(id);
        };
    }

    private static ProblemException unknown(JobId id) {
        return ProblemException.notFound("there is no job " + id);
    }
}
