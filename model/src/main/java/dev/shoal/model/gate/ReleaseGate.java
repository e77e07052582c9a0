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
        /**
         * Every one of {@code regions} holds verified bytes.
         *
         * @param regions that the release may name, sorted; at least one
         * @param excluded wanted regions that the policy lets the release go without, each with its status or {@code MISSING}
         */
        record Open(List<RegionName> regions, Map<RegionName, String> excluded) implements Verdict {
            public Open {
                regions = List.copyOf(regions);
                excluded = Map.copyOf(excluded);
            }
        }

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

    /**
     * Decides by {@code policy} from the build's replicas. Whatever the policy lets a release lack, there must be a verified
     * region left.
     */
    public static Verdict decide(ReleasePolicy policy, Collection<Replica> replicas) {
        Set<RegionName> wanted = wanted(policy, replicas);
        Map<RegionName, Replica> byRegion =
                replicas.stream().collect(Collectors.toMap(Replica::region, Function.identity()));
        Map<RegionName, String> lagging = wanted.stream()
                .filter(region -> !verified(byRegion, region))
                .collect(Collectors.toMap(Function.identity(), region -> status(byRegion, region)));
        if (lagging.size() > policy.mayLack() || lagging.size() == wanted.size()) {
            return new Verdict.Closed(lagging);
        }
        List<RegionName> open = wanted.stream()
                .filter(region -> !lagging.containsKey(region))
                .sorted()
                .toList();
        return new Verdict.Open(open, lagging);
    }

    /** Decides for all of {@code wanted}. An empty {@code wanted} is closed. */
    public static Verdict decide(Set<RegionName> wanted, Collection<Replica> replicas) {
        return wanted.isEmpty() ? new Verdict.Closed(Map.of()) : decide(ReleasePolicy.named(wanted), replicas);
    }

    /** The regions of {@code replicas}, sorted. */
    public static List<RegionName> regions(Collection<Replica> replicas) {
        return replicas.stream().map(Replica::region).sorted().toList();
    }

    private static Set<RegionName> wanted(ReleasePolicy policy, Collection<Replica> replicas) {
        return policy.regions().isEmpty()
                ? replicas.stream().map(Replica::region).collect(Collectors.toUnmodifiableSet())
                : policy.regions();
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
