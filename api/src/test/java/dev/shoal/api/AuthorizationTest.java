package dev.shoal.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.activities.jobs.TokenStore.Role;
import dev.shoal.api.testkit.ApiExtension;
import dev.shoal.api.testkit.ApiStack;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(ApiExtension.class)
class AuthorizationTest {
    private static final Set<Integer> REFUSED = Set.of(401, 403);

    private final ApiStack stack;

    AuthorizationTest(ApiStack stack) {
        this.stack = stack;
    }

    @ParameterizedTest(name = "{0} {1} needs {2}")
    @CsvSource({
        "POST, /sources,             BUILDER",
        "POST, /jobs,                BUILDER",
        "GET,  /jobs,                VIEWER",
        "GET,  /jobs/1,              VIEWER",
        "POST, /jobs/1/cancel,       BUILDER",
        "POST, /jobs/1/retry,        BUILDER",
        "GET,  /jobs/1/log,          VIEWER",
        "GET,  /jobs/1/log/stream,   VIEWER",
        "GET,  /builds,              VIEWER",
        "GET,  /builds/web-1,        VIEWER",
        "GET,  /builds/web-1/provenance, VIEWER",
        "POST, /releases,            RELEASER",
        "GET,  /releases,            VIEWER",
        "GET,  /releases/1,          VIEWER",
        "POST, /apps/web/rollback,   RELEASER",
        "GET,  /limits,              VIEWER",
        "PUT,  /limits,              ADMIN",
        "PUT,  /apps/web/limit,      ADMIN",
        "GET,  /machines,            VIEWER",
        "POST, /reports,             AGENT",
        "GET,  /overview,            VIEWER",
        "GET,  /audit,               ADMIN",
        "GET,  /retention,           ADMIN"
    })
    void eachCallIsForItsRoleAndThoseAbove(String method, String path, Role needed) {
        Set<Role> allowed = needed == Role.AGENT ? EnumSet.of(Role.AGENT) : EnumSet.range(needed, Role.ADMIN);

        for (Role role : Role.values()) {
            int status = call(Optional.of(role), method, path);
            if (allowed.contains(role)) {
                assertThat(status).as("%s as %s", path, role).isNotIn(REFUSED);
            } else {
                assertThat(status).as("%s as %s", path, role).isEqualTo(403);
            }
        }
        assertThat(call(Optional.empty(), method, path)).isEqualTo(401);
    }

    private int call(Optional<Role> role, String method, String path) {
        return role.map(stack::as)
                .orElseGet(() -> stack.client(Optional.empty()))
                .send(method, "/api/v1" + path, type(path), new byte[0], Map.of())
                .status();
    }

    private static String type(String path) {
        return path.equals("/sources") ? "application/gzip" : "application/json";
    }

    @Test
    void theTableAboveNamesEveryCallThatNeedsARole() {
        long operations = stack.client(Optional.empty())
                .get("/api/v1/openapi.json")
                .json()
                .get("paths")
                .valueStream()
                .mapToLong(com.fasterxml.jackson.databind.JsonNode::size)
                .sum();

        assertThat(operations).isEqualTo(23);
    }
}
