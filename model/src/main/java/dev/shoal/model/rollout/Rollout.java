package dev.shoal.model.rollout;

import dev.shoal.model.MachineId;
import dev.shoal.model.Seq;
import dev.shoal.model.report.AppReport;
import dev.shoal.model.report.AppState;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Whether a release has arrived: decided from what the live machines of the targeted regions last reported. */
public final class Rollout {
    /** How many machines are named when a release is incomplete. */
    public static final int MOST_NAMED = 50;

    private Rollout() {}

    /** A live machine of a targeted region and what it last said about the app, if anything. */
    public record Observed(MachineId machine, Optional<AppReport> report) {}

    /** The state of a rollout. */
    public sealed interface Decision {
        /** Not there yet, and the deadline has not passed. */
        record Waiting(int healthy, int total) implements Decision {}

        /** Every live machine runs the release, or a newer one. */
        record Complete(int total) implements Decision {}

        /** The deadline has passed, or there is nobody to wait for; these machines do not run it, each with what it last said. */
        record Incomplete(int healthy, int total, Map<MachineId, String> missing) implements Decision {
            public Incomplete {
                missing = Map.copyOf(missing);
            }
        }
    }

    /** Decides at {@code now}. A rollout without a single live machine waits for one until the deadline. */
    public static Decision decide(Seq seq, Collection<Observed> live, Instant now, Instant deadline) {
        List<Observed> missing = live.stream().filter(o -> !runs(o, seq)).toList();
        int healthy = live.size() - missing.size();
        if (missing.isEmpty() && !live.isEmpty()) {
            return new Decision.Complete(live.size());
        }
        if (now.isBefore(deadline)) {
            return new Decision.Waiting(healthy, live.size());
        }
        Map<MachineId, String> named = new TreeMap<>();
        missing.stream()
                .sorted((a, b) -> a.machine().compareTo(b.machine()))
                .limit(MOST_NAMED)
                .forEach(o ->
                        named.put(o.machine(), o.report().map(Rollout::describe).orElse("never reported this app")));
        return new Decision.Incomplete(healthy, live.size(), named);
    }

    private static boolean runs(Observed observed, Seq seq) {
        return observed.report()
                .filter(r -> r.state() == AppState.HEALTHY && r.seq().compareTo(seq) >= 0)
                .isPresent();
    }

    private static String describe(AppReport report) {
        return report.state() + " seq " + report.seq()
                + report.detail().map(d -> ": " + d).orElse("");
    }
}
