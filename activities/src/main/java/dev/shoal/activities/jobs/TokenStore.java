package dev.shoal.activities.jobs;

import java.util.Optional;

/** Bearer tokens, hashed at rest (SHA-256: they are random, not chosen). Thread-safe. */
public interface TokenStore {
    /** The principal of a token that was presented; empty if unknown or revoked. */
    Optional<Principal> authenticate(String token);

    /**
     * Makes sure this token is known under this name and role. A revoked token stays revoked; another token under the same name
     * replaces it.
     *
     * @throws IllegalArgumentException if the token is in use under another name
     */
    void ensure(String name, Role role, String token);

    /** Revokes by name; whether there was one. */
    boolean revoke(String name);

    /** Who is calling. */
    record Principal(String name, Role role) implements java.security.Principal {
        @Override
        public String getName() {
            return name;
        }
    }

    /** Each may do what the ones before it may, except {@code AGENT}, which may only report machines. */
    enum Role {
        AGENT,
        VIEWER,
        BUILDER,
        RELEASER,
        ADMIN
    }
}
