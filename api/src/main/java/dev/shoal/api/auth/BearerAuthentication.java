package dev.shoal.api.auth;

import dev.shoal.activities.jobs.TokenStore;
import dev.shoal.activities.jobs.TokenStore.Principal;
import dev.shoal.activities.jobs.TokenStore.Role;
import dev.shoal.api.problem.Problem;
import dev.shoal.api.problem.ProblemException;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.SecurityContext;
import java.lang.reflect.Method;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Puts a check of the bearer token before every resource method that {@link Requires} a role. A method of ours that says neither
 * {@link Requires} nor {@link Open} fails the start, so that none is open by mistake. Thread-safe.
 */
public final class BearerAuthentication implements DynamicFeature {
    private final TokenStore tokens;

    public BearerAuthentication(TokenStore tokens) {
        this.tokens = tokens;
    }

    @Override
    public void configure(ResourceInfo resource, FeatureContext context) {
        Method method = resource.getResourceMethod();
        @Nullable Requires requires = method.getAnnotation(Requires.class);
        if (requires != null) {
            context.register(new Filter(tokens, requires.value()));
        } else if (!method.isAnnotationPresent(Open.class)
                && resource.getResourceClass().isAnnotationPresent(Path.class)) {
            throw new IllegalStateException(method + " says neither @Requires nor @Open");
        }
    }

    @Priority(Priorities.AUTHENTICATION)
    private record Filter(TokenStore tokens, Role needed) implements ContainerRequestFilter {
        private static final String SCHEME = "bearer ";

        @Override
        public void filter(ContainerRequestContext request) {
            String token = bearer(request.getHeaderString(HttpHeaders.AUTHORIZATION))
                    .orElseThrow(() -> unauthorized("a bearer token is needed"));
            Principal caller =
                    tokens.authenticate(token).orElseThrow(() -> unauthorized("this token is unknown or revoked"));
            if (!Roles.allow(caller.role(), needed)) {
                throw ProblemException.of(
                        403, "this needs role " + word(needed) + "; " + caller.name() + " has " + word(caller.role()));
            }
            request.setSecurityContext(new Authenticated(caller, request.getSecurityContext()));
        }

        private static Optional<String> bearer(@Nullable String header) {
            return Optional.ofNullable(header)
                    .filter(h -> h.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
                    .map(h -> h.substring(SCHEME.length()).strip())
                    .filter(t -> !t.isEmpty());
        }

        private static ProblemException unauthorized(String detail) {
            return new ProblemException(
                    Problem.of(401, detail), Map.of(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"shoal\""));
        }

        private static String word(Role role) {
            return role.name().toLowerCase(Locale.ROOT);
        }
    }

    private record Authenticated(Principal caller, SecurityContext before) implements SecurityContext {
        @Override
        public Principal getUserPrincipal() {
            return caller;
        }

        @Override
        public boolean isUserInRole(String role) {
            return caller.role().name().equalsIgnoreCase(role);
        }

        @Override
        public boolean isSecure() {
            return before.isSecure();
        }

        @Override
        public String getAuthenticationScheme() {
            return "Bearer";
        }
    }
}
