package dev.shoal.dev;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;

/** A stack as its commands see it from outside: {@code stack.json}, and whether its supervisor lives. */
@JsonIgnoreProperties(ignoreUnknown = true)
record StackView(
        @JsonProperty("supervisor_pid") long supervisorPid,
        String api,
        @JsonProperty("admin_token_file") String adminTokenFile,
        String temporal,
        @JsonProperty("temporal_ui") String temporalUi,
        @JsonProperty("global_consul") String globalConsul,
        @JsonProperty("chaos_token_file") String chaosTokenFile,
        List<Region> regions,
        List<Line> processes) {

    /** One region, as far as commands need it. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Region(String name, String chaos) {}

    /** One process. */
    record Line(
            String name, String kind, long pid, int port, String state, boolean healthy, int restarts, String detail) {}

    static Optional<StackView> read(Layout layout) throws IOException {
        if (!Files.exists(layout.stackJson())) {
            return Optional.empty();
        }
        return Optional.of(new ObjectMapper().readValue(layout.stackJson().toFile(), StackView.class));
    }

    /** Whether a supervisor holds the lock. */
    static boolean isRunning(Layout layout) throws IOException {
        return SupervisorLock.holder(layout).isPresent();
    }

    boolean allHealthy() {
        return processes.stream().allMatch(Line::healthy);
    }
}
