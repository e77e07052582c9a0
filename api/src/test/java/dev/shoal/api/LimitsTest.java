package dev.shoal.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shoal.activities.jobs.TokenStore.Role;
import dev.shoal.api.testkit.ApiClient;
import dev.shoal.api.testkit.ApiExtension;
import dev.shoal.api.testkit.ApiStack;
import dev.shoal.model.AppName;
import dev.shoal.model.job.AppLimits;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ApiExtension.class)
class LimitsTest {
    private static final String LIMITS = "/api/v1/limits";

    private final ApiClient admin;

    LimitsTest(ApiStack stack) {
        this.admin = stack.as(Role.ADMIN);
    }

    @Test
    void limitsAreSetTakenAwayAndAudited() {
        assertThat(admin.put("/api/v1/apps/web/limit", "{\"max_running\":3}").status())
                .isEqualTo(200);
        assertThat(admin.put(LIMITS, "{\"max_running\":5}").status()).isEqualTo(200);

        assertThat(admin.get(LIMITS).as(AppLimits.class))
                .isEqualTo(new AppLimits(Optional.of(5), Map.of(new AppName("web"), 3)));
        JsonNode entries = admin.get("/api/v1/audit").json().at("/entries");
        assertThat(entries.at("/1/action").asText()).isEqualTo("app.limit");
        assertThat(entries.at("/1/subject").asText()).isEqualTo("app web");
        assertThat(entries.at("/1/detail/max_running").asText()).isEqualTo("3");

        assertThat(admin.put("/api/v1/apps/web/limit", "{}").as(AppLimits.class))
                .isEqualTo(new AppLimits(Optional.of(5), Map.of()));
    }

    @Test
    void aLimitThatCannotBeIsRefusedAndChangesNothing() {
        assertThat(admin.put("/api/v1/apps/web/limit", "{\"max_running\":0}").status())
                .isEqualTo(400);
        assertThat(admin.put("/api/v1/apps/web/limit", "{\"max\":1}").status()).isEqualTo(422);
        assertThat(admin.put("/api/v1/apps/WEB/limit", "{\"max_running\":1}").status())
                .isEqualTo(404);
        assertThat(admin.put(LIMITS, "").status()).isEqualTo(400);

        assertThat(admin.get(LIMITS).as(AppLimits.class)).isEqualTo(AppLimits.NONE);
    }
}
