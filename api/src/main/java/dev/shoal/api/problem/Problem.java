package dev.shoal.api.problem;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.ws.rs.core.Response.Status;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The body of an error answer.
 *
 * @param type {@code about:blank}, or a URN that programs can tell apart
 * @param title the status in words
 * @param detail what is wrong with this very request, for people
 * @param more further members, such as {@code lagging}
 */
public record Problem(
        String type,
        String title,
        int status,
        String detail,
        @JsonAnyGetter @Schema(hidden = true) Map<String, Object> more) {
    /** The media type of errors. */
    public static final String MEDIA_TYPE = "application/problem+json";

    public Problem {
        more = Map.copyOf(more);
    }

    /** A problem that its status describes. */
    public static Problem of(int status, @Nullable String detail) {
        return of(status, detail, Map.of());
    }

    /** A problem with further members. */
    public static Problem of(int status, @Nullable String detail, Map<String, Object> more) {
        String title = title(status);
        return new Problem("about:blank", title, status, detail == null || detail.isBlank() ? title : detail, more);
    }

    private static String title(int status) {
        Status known = Status.fromStatusCode(status);
        if (known != null) {
            return known.getReasonPhrase();
        }
        return status == 422 ? "Unprocessable Content" : "Error " + status;
    }
}
