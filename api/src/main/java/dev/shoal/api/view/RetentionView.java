package dev.shoal.api.view;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.shoal.activities.jobs.RetentionState;
import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * {@code GET /retention}: what would go now, and why.
 *
 * @param enabled whether monitors delete by this policy; else it is the default one, and nothing goes
 * @param lastRound when a monitor last came to the end of a round
 * @param retire builds that would be retired, of each app the oldest first; at most as many as were asked for
 * @param keep builds that stay, of each app the newest first; at most as many as were asked for
 * @param logs jobs whose logs would go
 * @param jobs whose rows would go, apart from those of the builds in {@code retire}
 * @param pending what is condemned and not yet deleted, by region
 */
public record RetentionView(
        boolean enabled,
        Policy policy,
        @JsonProperty("last_round") Optional<Instant> lastRound,
        @JsonProperty("retire_count") int retireCount,
        @JsonProperty("retire_bytes") long retireBytes,
        List<Going> retire,
        @JsonProperty("keep_count") int keepCount,
        List<Staying> keep,
        Jobs logs,
        Jobs jobs,
        List<RetentionState.Pending> pending) {
    public RetentionView {
        retire = List.copyOf(retire);
        keep = List.copyOf(keep);
        pending = List.copyOf(pending);
    }

    /** The policy; ages in seconds. */
    public record Policy(
            @JsonProperty("keep_builds") int keepBuilds,
            @JsonProperty("build_age") long buildAge,
            @JsonProperty("job_age") long jobAge,
            @JsonProperty("log_age") long logAge,
            @JsonProperty("rollback_window") int rollbackWindow,
            long grace) {}

    /**
     * A build that would go.
     *
     * @param cause {@code AGE} or {@code COUNT}
     * @param bytes of its artifact
     * @param sharedWith a build that stays and has the same artifact, which stays with it
     */
    public record Going(
            BuildName build,
            AppName app,
            String cause,
            String why,
            @JsonProperty("created_at") Instant createdAt,
            long bytes,
            @JsonProperty("shared_with") Optional<BuildName> sharedWith) {}

    /** A build that stays, and why. */
    public record Staying(BuildName build, AppName app, String reason, String why) {}

    /**
     * Jobs.
     *
     * @param more whether there are more than were counted
     */
    public record Jobs(int count, boolean more) {}
}
