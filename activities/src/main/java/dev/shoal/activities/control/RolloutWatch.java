package dev.shoal.activities.control;

import dev.shoal.model.Release;
import dev.shoal.model.ReleaseStatus;
import dev.shoal.model.rollout.Rollout.Decision;
import dev.shoal.workflows.ReleaseActivities.Progress;
import java.util.Optional;

/** What a look at the machines means for a release: pure. */
final class RolloutWatch {
    private RolloutWatch() {}

    /** Decides from the row, the app's newest release, and what the machines say. */
    static Progress judge(Release release, Optional<Release> newest, Decision machines) {
        if (release.status().isFinal()) {
            return new Progress(
                    release.machinesOk(), release.machinesTotal(), true, release.status(), release.reason());
        }
        return switch (machines) {
            case Decision.Complete complete ->
                new Progress(complete.total(), complete.total(), true, ReleaseStatus.SUCCESS, Optional.empty());
            case Decision.Incomplete incomplete ->
                supersededBy(release, newest)
                        .map(reason -> superseded(incomplete.healthy(), incomplete.total(), reason))
                        .orElseGet(() -> new Progress(
                                incomplete.healthy(),
                                incomplete.total(),
                                true,
                                ReleaseStatus.INCOMPLETE,
                                Optional.of(describe(incomplete))));
            case Decision.Waiting waiting ->
                supersededBy(release, newest)
                        .map(reason -> superseded(waiting.healthy(), waiting.total(), reason))
                        .orElseGet(() -> new Progress(
                                waiting.healthy(), waiting.total(), false, ReleaseStatus.ROLLING, Optional.empty()));
        };
    }

    /** Only a newer release that machines can see takes them away; one whose gate was closed does not. */
    private static Optional<String> supersededBy(Release release, Optional<Release> newest) {
        return newest.filter(n ->
                        n.seq().compareTo(release.seq()) > 0 && n.flippedAt().isPresent())
                .map(n -> "release " + n.id() + " with seq " + n.seq() + " came before every machine ran this one");
    }

    private static Progress superseded(int healthy, int total, String reason) {
        return new Progress(healthy, total, true, ReleaseStatus.SUPERSEDED, Optional.of(reason));
    }

    private static String describe(Decision.Incomplete incomplete) {
        return incomplete.total() == 0
                ? "no live machine in the release's regions"
                : incomplete.healthy() + " of " + incomplete.total() + " live machines ran it by the deadline";
    }
}
