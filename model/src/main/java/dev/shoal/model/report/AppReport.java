package dev.shoal.model.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.Seq;
import java.time.Instant;
import java.util.Optional;

/**
 * What a machine says about one app.
 *
 * @param running the build that {@code current} names, which stays the old one until the switch
 * @param bytes downloaded and verified piece by piece so far
 * @param changedAt when the state last changed, by the machine's clock
 */
public record AppReport(
        AppName app,
        BuildName build,
        Seq seq,
        AppState state,
        Optional<BuildName> running,
        long bytes,
        long size,
        Optional<String> detail,
        @JsonProperty("changed_at") Instant changedAt) {}
