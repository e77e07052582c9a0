package dev.shoal.agent.machine;

import dev.shoal.model.AppName;
import dev.shoal.model.Digest;
import dev.shoal.model.InfoHash;
import dev.shoal.model.pointer.Pointer;
import dev.shoal.model.report.AppReport;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All that a machine knows.
 *
 * @param refused pointers refused since the start, by reason
 * @param frozen apps whose wanted pointer has expired without a renewal
 * @param refusedAt per key the Consul index whose value was refused, so that it counts once
 */
record MachineState(
        Map<AppName, AppTrack> apps, Map<String, Long> refused, Map<String, Long> refusedAt, Set<AppName> frozen) {
    MachineState {
        apps = Collections.unmodifiableMap(new TreeMap<>(apps));
        refused = Map.copyOf(refused);
        refusedAt = Map.copyOf(refusedAt);
        frozen = Set.copyOf(frozen);
    }

    static final MachineState EMPTY = new MachineState(Map.of(), Map.of(), Map.of(), Set.of());

    MachineState with(AppTrack track) {
        Map<AppName, AppTrack> next = new TreeMap<>(apps);
        next.put(track.wanted().app(), track);
        return new MachineState(next, refused, refusedAt, frozen);
    }

    MachineState refusing(String key, long index, String reason) {
        Map<String, Long> at = new TreeMap<>(refusedAt);
        at.put(key, index);
        return new MachineState(apps, counting(reason, 1), at, frozen);
    }

    /** These apps are frozen now; each that was not before counts once as {@code reason}. */
    MachineState frozen(Set<AppName> now, String reason) {
        long more = now.stream().filter(app -> !frozen.contains(app)).count();
        return new MachineState(apps, counting(reason, more), refusedAt, now);
    }

    private Map<String, Long> counting(String reason, long more) {
        if (more == 0) {
            return refused;
        }
        Map<String, Long> counts = new TreeMap<>(refused);
        counts.merge(reason, more, Long::sum);
        return counts;
    }

    /** The tracks whose wanted artifact is this one and which satisfy the condition. */
    List<AppTrack> wanting(InfoHash infoHash, Predicate<AppTrack> condition) {
        return apps.values().stream()
                .filter(t -> t.wanted().artifact().infoHash().equals(infoHash) && condition.test(t))
                .toList();
    }

    /** The artifacts that are wanted, active or previous for any app: to be kept, and served to others. */
    Set<Digest> neededArtifacts() {
        return apps.values().stream()
                .flatMap(MachineState::needed)
                .map(pointer -> pointer.artifact().digest())
                .collect(Collectors.toUnmodifiableSet());
    }

    static Stream<Pointer> needed(AppTrack track) {
        return Stream.of(Stream.of(track.wanted()), track.active().stream(), track.previous().stream())
                .flatMap(s -> s);
    }

    List<AppReport> reports() {
        return apps.values().stream().map(AppTrack::report).toList();
    }

    List<DurableState.App> durable() {
        return apps.values().stream().map(AppTrack::durable).toList();
    }
}
