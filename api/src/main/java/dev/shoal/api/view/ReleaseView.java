package dev.shoal.api.view;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.shoal.activities.jobs.MachineStore.Spread;
import dev.shoal.model.RegionName;
import dev.shoal.model.Release;
import dev.shoal.model.gate.Completeness;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A release, and when machines became healthy with it.
 *
 * @param policy how many of its regions it may go without
 * @param excluded regions that its policy let it go without, each with its status when the release was made
 * @param flipToFirstMs milliseconds from the written pointer to the first healthy machine
 * @param flipToLastMs to the last one that is healthy by now
 */
public record ReleaseView(
        @JsonUnwrapped Release release,
        Completeness policy,
        Map<RegionName, String> excluded,
        @JsonProperty("first_machine_at") Optional<Instant> firstMachineAt,
        @JsonProperty("last_machine_at") Optional<Instant> lastMachineAt,
        @JsonProperty("flip_to_first_ms") Optional<Long> flipToFirstMs,
        @JsonProperty("flip_to_last_ms") Optional<Long> flipToLastMs) {

    /** Combines the two. */
    public static ReleaseView of(
            Release release, Completeness policy, Map<RegionName, String> excluded, Optional<Spread> spread) {
        Optional<Instant> first = spread.map(Spread::first);
        Optional<Instant> last = spread.map(Spread::last);
        return new ReleaseView(
                release, policy, excluded, first, last, sinceFlip(release, first), sinceFlip(release, last));
    }

    /** Not negative: a machine can be quicker than the row that says the pointer was written. */
    private static Optional<Long> sinceFlip(Release release, Optional<Instant> at) {
        return release.flippedAt()
                .flatMap(flip ->
                        at.map(then -> Math.max(0, Duration.between(flip, then).toMillis())));
    }
}
