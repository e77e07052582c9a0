package dev.shoal.activities.jobs;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.shoal.model.RegionName;
import dev.shoal.model.retention.RetentionPolicy;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How far retention has come.
 *
 * @param policy of the monitors; absent if they delete nothing
 * @param lastRound when a round last came to its end
 * @param oldestFinishedJob when the oldest job that has ended, by id, did so
 * @param pending by region
 */
public record RetentionState(
        Optional<RetentionPolicy> policy,
        @JsonProperty("last_round") Optional<Instant> lastRound,
        @JsonProperty("oldest_finished_job") Optional<Instant> oldestFinishedJob,
        Instant now,
        List<Pending> pending) {
    public RetentionState {
        pending = List.copyOf(pending);
    }

    /** Condemned and not yet deleted: so many objects or groups of them in a region, the oldest since then. */
    public record Pending(RegionName region, long prefixes, Instant since) {}
}
