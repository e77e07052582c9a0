package dev.shoal.api.auth;

import dev.shoal.activities.jobs.TokenStore.Role;

/** The order of roles. */
public final class Roles {
    private Roles() {}

    /**
     * Whether somebody with role {@code has} may do what needs {@code needed}: viewer, builder, releaser and admin include each
     * other in this order; an agent may do what needs an agent and nothing else, and nobody else may, so that a person's
     * token cannot speak for machines.
     */
    public static boolean allow(Role has, Role needed) {
        if (has == Role.AGENT || needed == Role.AGENT) {
            return has == needed;
        }
        return has.compareTo(needed) >= 0;
    }
}
