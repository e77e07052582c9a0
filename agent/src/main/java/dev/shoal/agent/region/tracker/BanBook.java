package dev.shoal.agent.region.tracker;

import dev.shoal.agent.ban.BanNotice;
import dev.shoal.agent.ban.PeerAddress;
import java.net.Inet4Address;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was heard about bad peers, and who is banned for it. Soft state: machines repeat what they hold against others, and the
 * region agents need not tell each other, since each is told by every machine. Thread-safe.
 */
public final class BanBook {
    private static final Logger LOG = LoggerFactory.getLogger(BanBook.class);

    /** Thousands of machines that each met a few bad peers. */
    private static final int MOST_TESTIMONIES = 20_000;

    private record Case(Inet4Address witness, PeerAddress accused) {}

    private final String by;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Case, Testimony> heard = new HashMap<>();
    private volatile Map<PeerAddress, Ban> bans = Map.of();

    /** @param by the name of this region agent, which the banned are told */
    public BanBook(String by) {
        this.by = by;
    }

    /** Takes testimonies in. Returns who is banned from now on and was not before. */
    Set<PeerAddress> hear(Collection<Testimony> testimonies, Instant now) {
        lock.lock();
        try {
            heard.values().removeIf(t -> !now.isBefore(t.at().plus(BanPolicy.WINDOW)));
            for (Testimony testimony : testimonies) {
                Case about = new Case(testimony.witness(), testimony.accused());
                if (heard.size() < MOST_TESTIMONIES || heard.containsKey(about)) {
                    heard.put(about, testimony);
                }
            }
            Map<PeerAddress, Ban> before = bans;
            Map<PeerAddress, Ban> after = Map.copyOf(BanPolicy.decide(before, heard.values(), now));
            bans = after;
            before.keySet().stream()
                    .filter(peer -> !after.containsKey(peer))
                    .forEach(peer -> LOG.info("the ban of {} is over", peer));
            List<Ban> fresh = after.values().stream()
                    .filter(ban -> !before.containsKey(ban.peer()))
                    .toList();
            fresh.forEach(ban -> LOG.warn("{} is {}", ban.peer(), notice(ban)));
            return fresh.stream().map(Ban::peer).collect(Collectors.toSet());
        } finally {
            lock.unlock();
        }
    }

    /** What this peer is to be told, if it is banned. Cheap: asked at each announce. */
    Optional<BanNotice> of(Inet4Address ip, int port, Instant now) {
        Map<PeerAddress, Ban> standing = bans;
        if (standing.isEmpty()) {
            return Optional.empty();
        }
        return Optional.ofNullable(standing.get(new PeerAddress(ip, port)))
                .filter(ban -> now.isBefore(ban.until()))
                .map(this::notice);
    }

    private BanNotice notice(Ban ban) {
        return new BanNotice(ban.until(), by, ban.reason());
    }

    /** The bans of this moment, for people. */
    List<Map<String, Object>> status(Instant now) {
        return bans.values().stream()
                .filter(ban -> now.isBefore(ban.until()))
                .map(ban -> Map.<String, Object>of(
                        "peer",
                        ban.peer(),
                        "until",
                        ban.until(),
                        "reason",
                        ban.reason(),
                        "testimonies",
                        ban.testimonies().stream()
                                .map(t -> Map.of("machine", t.machine(), "evidence", t.accusation()))
                                .toList()))
                .toList();
    }
}
