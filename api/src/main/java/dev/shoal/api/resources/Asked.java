package dev.shoal.api.resources;

import dev.shoal.activities.jobs.TokenStore.Principal;
import dev.shoal.api.problem.ProblemException;
import jakarta.ws.rs.core.SecurityContext;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What requests have in common: who asks, under which key, for how many. */
final class Asked {
    static final String IDEMPOTENCY_KEY = "Idempotency-Key";
    static final int MOST = 500;
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");

    private Asked() {}

    /** The name of the authenticated caller. */
    static String by(SecurityContext security) {
        if (security.getUserPrincipal() instanceof Principal caller) {
            return caller.name();
        }
        throw new IllegalStateException("reached without authentication");
    }

    /** The idempotency key. @throws ProblemException 400 if it is not 1 to 255 visible ASCII characters */
    static Optional<String> key(@Nullable String header) {
        if (header != null && !KEY.matcher(header).matches()) {
            throw ProblemException.badRequest(IDEMPOTENCY_KEY + " must be 1 to 255 visible ASCII characters");
        }
        return Optional.ofNullable(header);
    }

    /** The limit of a list. @throws ProblemException 400 if it is not within 1..{@value #MOST} */
    static int limit(int limit) {
        if (limit < 1 || limit > MOST) {
            throw ProblemException.badRequest("limit must be within 1.." + MOST + ", got " + limit);
        }
        return limit;
    }

    /** The body. @throws ProblemException 400 if there is none */
    static <T> T body(@Nullable T body) {
        if (body == null) {
            throw ProblemException.badRequest("a JSON body is needed");
        }
        return body;
    }
}
