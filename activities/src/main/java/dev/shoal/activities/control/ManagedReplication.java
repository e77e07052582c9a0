package dev.shoal.activities.control;

import dev.shoal.activities.blobs.GateCheck;
import java.time.Duration;
import java.util.Optional;

/** Whether to go on waiting for a provider that replicates by itself: pure. */
sealed interface ManagedReplication {
    /** For people. */
    String reason();

    /** The region has it. */
    record There() implements ManagedReplication {
        @Override
        public String reason() {
            return "replicated by the provider";
        }
    }

    /** Look again after {@code pause}. */
    record Wait(String reason, Duration pause) implements ManagedReplication {}

    /** The provider will not do it, or not in time. */
    record CopyOurselves(String reason) implements ManagedReplication {}

    /** A provider that is quick takes seconds. */
    Duration SHORTEST_PAUSE = Duration.ofSeconds(2);

    Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /**
     * Decides.
     *
     * @param seen in the region
     * @param status of the object at home, over all destinations together: so FAILED may mean another region, which costs a copy
     *     that was not needed, and COMPLETED is no proof
     * @param waited since the build was recorded
     * @param deadline from then on the copy is ours
     */
    static ManagedReplication decide(GateCheck seen, Optional<String> status, Duration waited, Duration deadline) {
        String provider = status.map(s -> "the provider says " + s).orElse("the provider says nothing");
        return switch (seen) {
            case GateCheck.Verified verified -> new There();
            // The provider thinks that it is done, and S3's FAILED is final: neither mends itself.
            case GateCheck.Bad bad -> new CopyOurselves(bad.reason());
            case GateCheck.Away away -> new Wait(away.reason(), away.retryAfter());
            case GateCheck.NotYet notYet -> {
                if (status.filter("FAILED"::equals).isPresent()) {
                    yield new CopyOurselves(notYet.reason() + ", " + provider);
                } else if (waited.compareTo(deadline) >= 0) {
                    yield new CopyOurselves(notYet.reason() + " after " + waited.toSeconds() + " s, " + provider);
                }
                yield new Wait(notYet.reason() + ", " + provider, pause(waited, deadline));
            }
        };
    }

    /** A tenth of what was waited so far, and never past the deadline by more than the shortest pause. */
    private static Duration pause(Duration waited, Duration deadline) {
        Duration wanted = min(waited.dividedBy(10), LONGEST_PAUSE);
        return max(min(wanted, deadline.minus(waited)), SHORTEST_PAUSE);
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
