package dev.shoal.model.gate;

import dev.shoal.model.RegionName;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Promise 4: nothing is released that is not verified in every region the release names. */
public final class ReleaseGate {
    private ReleaseGate() {}

    /** What the gate says. */
    public sealed interface Verdict {
        /** Every wanted region holds verified bytes. */
        record Open() implements Verdict {}

        /** These regions do not, with each one's status or {@code MISSING}. */
        record Closed(Map<RegionName, String> lagging) implements Verdict {
            public Closed {
                lagging = Map.copyOf(lagging);
            }

            /** One line that names the regions. */
            public String describe() {
                return lagging.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(e -> e.getKey() + " (" + e.getValue() + ")")
                        .collect(Collectors.joining(", "));
            }
        }
    }

    /** Decides for {@code wanted} regions from the build's replicas. An empty {@code wanted} is closed. */
    public static Verdict decide(Set<RegionName> wanted, Collection<Replica> replicas) {
        Map<RegionName, Replica> byRegion =
                replicas.stream().collect(Collectors.toMap(Replica::region, Function.identity()));
        Map<RegionName, String> lagging = wanted.stream()
                .filter(region -> !verified(byRegion, region))
                .collect(Collectors.toMap(Function.identity(), region -> status(byRegion, region)));
        return lagging.isEmpty() && !wanted.isEmpty() ? new Verdict.Open() : new Verdict.Closed(lagging);
    }

    /** The regions of {@code replicas}, sorted. */
    public static List<RegionName> regions(Collection<Replica> replicas) {
        return replicas.stream().map(Replica::region).sorted().toList();
    }

    private static boolean verified(Map<RegionName, Replica> byRegion, RegionName region) {
        Replica replica = byRegion.get(region);
        return replica != null
                && replica.status() == ReplicaStatus.COMPLETE
                && replica.evidence().isPresent();
    }

    private static String status(Map<RegionName, Replica> byRegion, RegionName region) {
        Replica replica = byRegion.get(region);
        return replica == null ? "MISSING" : replica.status().name();
    }
}
