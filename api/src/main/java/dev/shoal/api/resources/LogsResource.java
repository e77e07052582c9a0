package dev.shoal.api.resources;

import dev.shoal.activities.blobs.LogStore;
import dev.shoal.activities.jobs.JobStore;
import dev.shoal.activities.jobs.TokenStore.Role;
import dev.shoal.api.auth.Requires;
import dev.shoal.api.logs.LogStreams;
import dev.shoal.api.problem.ProblemException;
import dev.shoal.model.JobId;
import dev.shoal.model.job.Job;
import dev.shoal.workflows.Lease;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.glassfish.jersey.server.ChunkedOutput;
import org.jspecify.annotations.Nullable;

/** Build logs. Thread-safe. */
@Path("/jobs/{id}/log")
@Tag(name = "jobs")
public final class LogsResource {
    private static final int MOST_BYTES = 1 << 20;

    private final JobStore jobs;
    private final LogStore logs;
    private final LogStreams streams;

    public LogsResource(JobStore jobs, LogStore logs, LogStreams streams) {
        this.jobs = jobs;
        this.logs = logs;
        this.streams = streams;
    }

    @GET
    @Produces(MediaType.TEXT_PLAIN + ";charset=utf-8")
    @Requires(Role.VIEWER)
    @Operation(summary = "Up to 1 MiB of the log, of the newest attempt unless another is named")
    @ApiResponse(
            responseCode = "200",
            description = "the bytes from the offset on",
            headers = {
                @Header(name = "X-Next-Offset", description = "where to go on", schema = @Schema(type = "integer")),
                @Header(
                        name = "X-Log-Complete",
                        description = "whether the log ends there",
                        schema = @Schema(type = "boolean")),
                @Header(name = "X-Attempt", description = "absent without a log", schema = @Schema(type = "integer"))
            },
            content = @Content(schema = @Schema(type = "string")))
    public Response read(
            @PathParam("id") JobId id,
            @QueryParam("offset") @DefaultValue("0") long offset,
            @QueryParam("attempt") @Nullable Integer attempt) {
        Job job = job(id);
        Optional<Integer> wanted = positive(attempt).or(() -> logs.newestAttempt(id));
        if (wanted.isEmpty()) {
            return answer(new byte[0], offset(offset), job.status().isFinal()).build();
        }
        LogStore.Chunk chunk = logs.read(new Lease(id, wanted.get()), offset(offset), MOST_BYTES);
        return answer(chunk.bytes(), chunk.next(), chunk.complete())
                .header("X-Attempt", wanted.get())
                .build();
    }

    private static Response.ResponseBuilder answer(byte[] bytes, long next, boolean complete) {
        return Response.ok(bytes)
                .header("X-Next-Offset", next)
                .header("X-Log-Complete", complete)
                .header("Cache-Control", "no-store");
    }

    @GET
    @Path("/stream")
    @Produces("text/event-stream;charset=utf-8")
    @Requires(Role.VIEWER)
    @Operation(summary = "The log as it grows: events attempt, log (its id is the offset to resume at) and end")
    @ApiResponse(
            responseCode = "200",
            description = "server-sent events",
            content = @Content(mediaType = "text/event-stream", schema = @Schema(type = "string")))
    public ChunkedOutput<String> stream(
            @PathParam("id") JobId id,
            @QueryParam("offset") @Nullable Long offset,
            @QueryParam("attempt") @Nullable Integer attempt,
            @HeaderParam("Last-Event-ID") @Nullable Long lastEvent) {
        long from = offset != null ? offset : lastEvent != null ? lastEvent : 0;
        return streams.follow(job(id).id(), positive(attempt), offset(from));
    }

    private Job job(JobId id) {
        return jobs.find(id).orElseThrow(() -> ProblemException.notFound("there is no job " + id));
    }

    private static long offset(long offset) {
        if (offset < 0) {
            throw ProblemException.badRequest("offset must not be negative, got " + offset);
        }
        return offset;
    }

    private static Optional<Integer> positive(@Nullable Integer attempt) {
        if (attempt != null && attempt < 1) {
            throw ProblemException.badRequest("attempt must be positive, got " + attempt);
        }
        return Optional.ofNullable(attempt);
    }
}
