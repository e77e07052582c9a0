package dev.shoal.api.resources;

import dev.shoal.activities.blobs.SourceStore;
import dev.shoal.activities.jobs.AuditLog;
import dev.shoal.activities.jobs.TokenStore.Role;
import dev.shoal.api.auth.Requires;
import dev.shoal.api.problem.LimitedInputStream;
import dev.shoal.api.problem.MaxBody;
import dev.shoal.api.problem.Problem;
import dev.shoal.api.problem.ProblemException;
import dev.shoal.api.view.Uploaded;
import dev.shoal.model.Digest;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Uploaded sources: through a file on disk, so that memory stays flat and nothing half reaches S3. Thread-safe. */
@Path("/sources")
@Tag(name = "jobs")
@Produces(MediaType.APPLICATION_JSON)
public final class SourcesResource {
    /** Bounds the disk that uploads take to this many times the limit. */
    private static final int UPLOADS_AT_ONCE = 4;

    private static final int GZIP_FIRST = 0x1f;
    private static final int GZIP_SECOND = 0x8b;

    private final SourceStore archive;
    private final AuditLog audit;
    private final long limit;
    private final Semaphore uploads = new Semaphore(UPLOADS_AT_ONCE);

    /** @param limit of a tarball, in bytes */
    public SourcesResource(SourceStore archive, AuditLog audit, long limit) {
        this.archive = archive;
        this.audit = audit;
        this.limit = limit;
    }

    @POST
    @Consumes({"application/gzip", "application/x-gzip", MediaType.APPLICATION_OCTET_STREAM})
    @MaxBody(MaxBody.OWN)
    @Requires(Role.BUILDER)
    @Operation(
            summary = "Upload a gzipped tar to build from",
            requestBody =
                    @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = "application/gzip",
                                            schema = @Schema(type = "string", format = "binary"))))
    @ApiResponse(
            responseCode = "201",
            description = "stored",
            content = @Content(schema = @Schema(implementation = Uploaded.class)))
    public Response upload(
            @Parameter(hidden = true) InputStream body,
            @HeaderParam(HttpHeaders.CONTENT_LENGTH) @Parameter(hidden = true) @Nullable Long length,
            @Context @Parameter(hidden = true) SecurityContext security)
            throws IOException {
        if (length != null && length > limit) {
            throw ProblemException.tooLarge(limit);
        }
        if (!uploads.tryAcquire()) {
            throw new ProblemException(
                    Problem.of(503, "too many uploads at once; try again"), Map.of("Retry-After", "5"));
        }
        try {
            return store(body, Asked.by(security));
        } finally {
            uploads.release();
        }
    }

    private Response store(InputStream body, String by) throws IOException {
        java.nio.file.Path file = Files.createTempFile("shoal-source-", ".tar.gz");
        try {
            long size = Files.copy(new LimitedInputStream(body, limit), file, StandardCopyOption.REPLACE_EXISTING);
            requireGzip(file);
            Digest digest = archive.putSource(file);
            audit.append(by, "source.upload", "source " + digest, Map.of("size", Long.toString(size)));
            return Response.status(201).entity(new Uploaded(digest)).build();
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static void requireGzip(java.nio.file.Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            if (in.read() != GZIP_FIRST || in.read() != GZIP_SECOND) {
                throw ProblemException.invalid("the body is not gzip");
            }
        }
    }
}
