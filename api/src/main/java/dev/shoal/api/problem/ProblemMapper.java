package dev.shoal.api.problem;

import com.fasterxml.jackson.core.JsonGenerationException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import dev.shoal.activities.blobs.BlobStoreException;
import dev.shoal.activities.jobs.StoreException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.glassfish.jersey.server.ParamException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every exception as a problem. What is not foreseen is a 500 whose {@code error_id} is in the log with the stack trace, and
 * nowhere else. Thread-safe.
 */
public final class ProblemMapper implements ExceptionMapper<Throwable> {
    private static final Logger LOG = LoggerFactory.getLogger(ProblemMapper.class);
    private static final Map<String, String> RETRY_SOON = Map.of("Retry-After", "2");

    @Override
    public Response toResponse(Throwable exception) {
        return switch (exception) {
            case ProblemException e -> response(e.problem(), e.headers());
            case ParamException.PathParamException e -> response(Problem.of(404, parameter(e)), Map.of());
            case ParamException e -> response(Problem.of(400, parameter(e)), Map.of());
            case WebApplicationException e -> ofJersey(e);
            // What cannot be written, or has no JSON form at all, is not the caller's doing.
            case JsonGenerationException e -> unforeseen(e);
            case InvalidDefinitionException e -> unforeseen(e);
            case JsonProcessingException e -> response(JsonProblems.of(e), Map.of());
            case StoreException e -> unavailable(e);
            case BlobStoreException e -> unavailable(e);
            default -> unforeseen(exception);
        };
    }

    private static Response ofJersey(WebApplicationException e) {
        Response original = e.getResponse();
        if (original.getStatus() < 400) {
            return original;
        }
        if (original.getStatus() >= 500) {
            return unforeseen(e);
        }
        Map<String, String> headers = new HashMap<>();
        MultivaluedMap<String, String> given = original.getStringHeaders();
        if (given.containsKey("Allow")) {
            headers.put("Allow", String.join(", ", given.get("Allow")));
        }
        return response(Problem.of(original.getStatus(), describe(e)), headers);
    }

    private static String describe(WebApplicationException e) {
        String message = String.valueOf(e.getMessage());
        return switch (e.getResponse().getStatus()) {
            // Dropwizard's converters say what is wrong with a parameter; Jersey's own messages only repeat the status.
            case 400 -> message.startsWith("HTTP ") ? "" : message;
            case 404 -> "there is nothing at this path";
            case 405 -> "this path does not know this method";
            case 406 -> "none of the accepted media types can be given";
            case 415 -> "this media type is not understood here";
            default -> "";
        };
    }

    private static String parameter(ParamException e) {
        String why = e.getCause() instanceof IllegalArgumentException refused && refused.getMessage() != null
                ? refused.getMessage()
                : "not possible here";
        return e.getParameterName() + ": " + why;
    }

    private static Response unavailable(RuntimeException e) {
        LOG.warn("answering 503: {}", e.getMessage(), e);
        return response(Problem.of(503, "a part that this needs does not answer; try again"), RETRY_SOON);
    }

    private static Response unforeseen(Throwable exception) {
        String id = UUID.randomUUID().toString();
        LOG.error("error {}", id, exception);
        return response(Problem.of(500, "this is our fault; quote error " + id, Map.of("error_id", id)), Map.of());
    }

    private static Response response(Problem problem, Map<String, String> headers) {
        Response.ResponseBuilder response =
                Response.status(problem.status()).type(Problem.MEDIA_TYPE).entity(problem);
        headers.forEach(response::header);
        return response.build();
    }
}
