package dev.shoal.agent.region.tracker;

import dev.shoal.agent.ban.PeerAddress;
import java.net.Inet4Address;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Which peers are banned, given what was heard of them. Pure. */
final class BanPolicy {
    /** One machine with bad memory sees wrong bytes everywhere, and one liar must not take an honest peer out: never one alone. */
    static final int WITNESSES = 2;

    /** Bad peers are rare, and each witness soon leaves them alone: who has more to accuse than this is at fault itself. */
    static final int MOST_ACCUSED = 3;

    /** How long a testimony counts. Machines repeat theirs, so that a region agent that has just started hears them too. */
    static final Duration WINDOW = Duration.ofMinutes(10);

    /** Longer than any testimony lives, so that a ban ends with it; a machine that is repaired comes back within it. */
    static final Duration TERM = Duration.ofHours(1);

    private BanPolicy() {}

    /**
     * The bans from now on. Standing ones stay to their end, unless their witnesses are no longer believed.
     *
     * @param heard at most one a witness and accused
     */
    static Map<PeerAddress, Ban> decide(Map<PeerAddress, Ban> standing, Collection<Testimony> heard, Instant now) {
        List<Testimony> fresh = heard.stream()
                .filter(t -> now.isBefore(t.at().plus(WINDOW)))
                .sorted(Comparator.comparing(Testimony::at))
                .toList();
        Set<Inet4Address> doubted = doubted(worst(fresh));
        Map<PeerAddress, Ban> bans = new LinkedHashMap<>();
        standing.forEach((peer, ban) -> {
            if (now.isBefore(ban.until()) && believed(ban.witnesses(), doubted) >= WITNESSES) {
                bans.put(peer, ban);
            }
        });
        bans.values().forEach(ban -> doubted.add(ban.peer().ip()));
        byAccused(worst(fresh)).forEach((accused, testimonies) -> {
            List<Testimony> credible = testimonies.stream()
                    .filter(t -> !doubted.contains(t.witness()))
                    .toList();
            Set<Inet4Address> witnesses =
                    credible.stream().map(Testimony::witness).collect(Collectors.toSet());
            if (!bans.containsKey(accused) && witnesses.size() >= WITNESSES) {
                bans.put(accused, new Ban(accused, now.plus(TERM), credible));
                doubted.add(accused.ip());
            }
        });
        return bans;
    }

    /**
     * The peers that each witness caught most. A bad peer comes back and is caught again, while libtorrent ends up distrusting good ones
     * that sent other blocks of the same pieces.
     */
    private static List<Testimony> worst(List<Testimony> fresh) {
        Map<Inet4Address, Integer> most = new HashMap<>();
        fresh.forEach(t -> most.merge(t.witness(), t.accusation().times(), Math::max));
        return fresh.stream()
                .filter(t -> 2 * t.accusation().times() > most.getOrDefault(t.witness(), 0))
                .toList();
    }

    private static long believed(Set<Inet4Address> witnesses, Set<Inet4Address> doubted) {
        return witnesses.stream().filter(w -> !doubted.contains(w)).count();
    }

    private static Set<Inet4Address> doubted(List<Testimony> fresh) {
        Map<Inet4Address, Set<PeerAddress>> accusedBy = new HashMap<>();
        fresh.forEach(t ->
                accusedBy.computeIfAbsent(t.witness(), w -> new HashSet<>()).add(t.accused()));
        Set<Inet4Address> doubted = new HashSet<>();
        accusedBy.forEach((witness, accused) -> {
            if (accused.size() > MOST_ACCUSED) {
                doubted.add(witness);
            }
        });
        return doubted;
    }

    /** Who was accused first is judged first, and then no witness against others. */
    private static Map<PeerAddress, List<Testimony>> byAccused(List<Testimony> fresh) {
        Map<PeerAddress, List<Testimony>> byAccused = new LinkedHashMap<>();
        fresh.forEach(t ->
                byAccused.computeIfAbsent(t.accused(), a -> new ArrayList<>()).add(t));
        return byAccused;
    }
}
