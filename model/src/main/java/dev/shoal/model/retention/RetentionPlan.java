package dev.shoal.model.retention;

import dev.shoal.model.BuildName;
import dev.shoal.model.Digest;
import dev.shoal.model.RegionName;
import dev.shoal.model.retention.AppFacts.BuildFacts;
import dev.shoal.model.retention.AppFacts.ReleaseFacts;
import dev.shoal.model.retention.Fate.Cause;
import dev.shoal.model.retention.Fate.Keep;
import dev.shoal.model.retention.Fate.Reason;
import dev.shoal.model.retention.Fate.Retire;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What becomes of each build of an app. Pure; the same facts give the same plan.
 *
 * @param kept newest first
 * @param retired oldest first
 */
public record RetentionPlan(List<Keep> kept, List<Retire> retired) {
    public RetentionPlan {
        kept = List.copyOf(kept);
        retired = List.copyOf(retired);
    }

    /** Decides. {@code now} and the times in the facts are one clock's. */
    public static RetentionPlan of(RetentionPolicy policy, Instant now, AppFacts facts) {
        Map<Reason, Set<BuildName>> inUse = inUse(policy, facts);
        List<Keep> kept = new ArrayList<>();
        List<BuildFacts> going = new ArrayList<>();
        Map<BuildName, Cause> causes = new HashMap<>();
        Map<Digest, BuildName> keptBytes = new HashMap<>();
        for (int newer = 0; newer < facts.builds().size(); newer++) {
            BuildFacts build = facts.builds().get(newer);
            Optional<Cause> cause = cause(policy, now, build, newer);
            Optional<Reason> reason = reason(policy, now, build, inUse)
                    .or(() -> cause.isEmpty() ? Optional.of(Reason.WITHIN_LIMITS) : Optional.empty());
            if (reason.isPresent()) {
                kept.add(new Keep(build, reason.get()));
                keptBytes.putIfAbsent(build.digest(), build.name());
            } else {
                going.addFirst(build);
                causes.put(build.name(), cause.orElseThrow());
            }
        }
        List<Retire> retired = going.stream()
                .map(build -> new Retire(
                        build,
                        Optional.ofNullable(causes.get(build.name())).orElseThrow(),
                        Optional.ofNullable(keptBytes.get(build.digest()))))
                .toList();
        return new RetentionPlan(kept, retired);
    }

    private static Optional<Cause> cause(RetentionPolicy policy, Instant now, BuildFacts build, int newer) {
        if (policy.isOld(build.createdAt(), now)) {
            return Optional.of(Cause.AGE);
        }
        return newer >= policy.keepBuilds() ? Optional.of(Cause.COUNT) : Optional.empty();
    }

    private static Optional<Reason> reason(
            RetentionPolicy policy, Instant now, BuildFacts build, Map<Reason, Set<BuildName>> inUse) {
        if (!build.finished()) {
            return Optional.of(Reason.UNFINISHED);
        }
        Optional<Reason> use = inUse.entrySet().stream()
                .filter(entry -> entry.getValue().contains(build.name()))
                .map(Map.Entry::getKey)
                .findFirst();
        return use.isEmpty() && policy.isYoung(build.createdAt(), now) ? Optional.of(Reason.YOUNG) : use;
    }

    /** In the order of the reasons. */
    private static Map<Reason, Set<BuildName>> inUse(RetentionPolicy policy, AppFacts facts) {
        List<ReleaseFacts> releases = facts.releases().stream()
                .sorted(Comparator.comparingLong(
                                (ReleaseFacts release) -> release.seq().value())
                        .reversed())
                .toList();
        Map<Reason, Set<BuildName>> inUse = new EnumMap<>(Reason.class);
        Set<BuildName> open = new HashSet<>();
        Set<BuildName> current = new HashSet<>();
        Set<BuildName> inRegions = new HashSet<>();
        Set<BuildName> window = new LinkedHashSet<>();
        Set<RegionName> served = new HashSet<>();
        boolean pointed = false;
        for (ReleaseFacts release : releases) {
            if (release.open()) {
                open.add(release.build());
            }
            if (!pointed) {
                // A release that ended without a flip that we know of may have been flipped by a process that died.
                current.add(release.build());
            }
            pointed |= release.flipped();
            if (release.flipped() && served.addAll(release.regions())) {
                inRegions.add(release.build());
            }
            if (release.flipped() && window.size() < policy.rollbackWindow()) {
                window.add(release.build());
            }
        }
        inUse.put(Reason.RELEASING, open);
        inUse.put(Reason.CURRENT, current);
        inUse.put(Reason.CURRENT_IN_REGION, inRegions);
        inUse.put(Reason.ON_MACHINES, facts.onMachines());
        inUse.put(Reason.ROLLBACK_WINDOW, window);
        return inUse;
    }
}
