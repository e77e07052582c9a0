package dev.shoal.agent.region.tracker;

import dev.shoal.agent.region.tracker.SwarmTable.Address;
import dev.shoal.model.InfoHash;
import dev.shoal.model.torrent.Bencode;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The region's tracker: answers announces about the torrents that the region serves, and about no others. Its state is soft: after
 * a restart it is whole again within one interval. Thread-safe.
 */
public final class Tracker {
    /** For a leecher that found nobody, as the first ones of a swarm do. libtorrent's own least interval is the same. */
    static final int LONELY_INTERVAL_SECONDS = 2;

    /** For leechers that still lack neighbours. */
    static final int SHORT_INTERVAL_SECONDS = 5;

    static final int LONG_INTERVAL_SECONDS = 30;
    private static final int FEW_PEERS = 10;
    private static final int COMPACT_LENGTH = 6;

    private final Map<InfoHash, SwarmTable> swarms = new ConcurrentHashMap<>();
    private final LongAdder announces = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final Supplier<Set<InfoHash>> served;
    private final Clock clock;
    private final Supplier<? extends RandomGenerator> random;

    /**
     * A tracker without peers.
     *
     * @param served which torrents it answers about, now
     * @param random a source that is safe to use on the calling thread
     */
    public Tracker(Supplier<Set<InfoHash>> served, Clock clock, Supplier<? extends RandomGenerator> random) {
        this.served = served;
        this.clock = clock;
        this.random = random;
    }

    /** The bencoded answer to an announce {@code from} an address with this raw query. Never throws for what a peer has sent. */
    public byte[] announce(String query, InetAddress from) {
        announces.increment();
        if (!(from instanceof Inet4Address ip)) {
            return failure("compact peers are IPv4");
        }
        try {
            AnnounceRequest request = AnnounceRequest.parse(query);
            if (!served.get().contains(request.infoHash())) {
                return failure("unknown torrent");
            }
            SwarmTable swarm = swarms.computeIfAbsent(request.infoHash(), hash -> new SwarmTable(random));
            return reply(request, swarm.announce(request, ip, clock.instant()));
        } catch (IllegalArgumentException malformed) {
            return failure(String.valueOf(malformed.getMessage()));
        }
    }

    /** Forgets torrents that are no longer served. */
    public void retain(Collection<InfoHash> still) {
        swarms.keySet().retainAll(Set.copyOf(still));
    }

    private byte[] reply(AnnounceRequest request, List<Address> peers) {
        int interval = interval(request.left(), peers.size());
        ByteBuffer compact = ByteBuffer.allocate(peers.size() * COMPACT_LENGTH);
        peers.forEach(p -> compact.put(p.ip().getAddress()).putShort((short) p.port()));
        return Bencode.encode(Map.of(
                "interval",
                interval,
                "min interval",
                Math.min(interval, SHORT_INTERVAL_SECONDS),
                "peers",
                compact.array()));
    }

    private int interval(long left, int peers) {
        if (left > 0 && peers == 0) {
            return LONELY_INTERVAL_SECONDS;
        }
        return left > 0 && peers < FEW_PEERS ? SHORT_INTERVAL_SECONDS : jittered(LONG_INTERVAL_SECONDS);
    }

    private int jittered(int seconds) {
        return seconds - random.get().nextInt(seconds / 5);
    }

    private byte[] failure(String reason) {
        failures.increment();
        // Without intervals libtorrent takes 30 minutes, and a torrent that is unknown now may be served in a moment.
        return Bencode.encode(Map.of(
                "failure reason", reason, "interval", SHORT_INTERVAL_SECONDS, "min interval", SHORT_INTERVAL_SECONDS));
    }

    /** For {@code GET /v1/status}. */
    public Map<String, Object> status() {
        Map<String, Object> sizes = new TreeMap<>();
        swarms.forEach((hash, swarm) -> {
            SwarmTable.Size size = swarm.size();
            sizes.put(hash.value(), Map.of("peers", size.peers(), "seeds", size.seeds()));
        });
        return Map.of("swarms", sizes, "announces", announces.sum(), "failures", failures.sum());
    }
}
