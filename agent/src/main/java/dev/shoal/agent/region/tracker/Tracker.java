package dev.shoal.agent.region.tracker;

import dev.shoal.agent.ban.Accusation;
import dev.shoal.agent.ban.AccusationBatch;
import dev.shoal.agent.ban.BanNotice;
import dev.shoal.agent.ban.PeerAddress;
import dev.shoal.agent.region.tracker.SwarmTable.Address;
import dev.shoal.model.InfoHash;
import dev.shoal.model.torrent.Bencode;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The region's tracker: answers announces about the torrents that the region serves, and about no others. Its state is soft: after
 * a restart it is whole again within one interval. Thread-safe.
 */
public final class Tracker {
    /**
     * How many leechers of a torrent the origin feeds: all of a small swarm, else a share of random ones, the same at each announce.
     * Each piece leaves it once, so that more would only wait.
     */
    static final int SEATS = 128;

    private static final int COMPACT_LENGTH = 6;

    /** A ban may be lifted before its end, and the banned ask again after this at the latest. */
    private static final int BANNED_SECONDS = 300;

    private final Map<InfoHash, SwarmTable> swarms = new ConcurrentHashMap<>();
    private final Set<Address> origins = ConcurrentHashMap.newKeySet();
    private final LongAdder announces = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder accusations = new LongAdder();
    private final Supplier<Set<InfoHash>> served;
    private final Function<InfoHash, CompletableFuture<Optional<Address>>> origin;
    private final Clock clock;
    private final Supplier<? extends RandomGenerator> random;
    private final BanBook bans;

    /**
     * A tracker without peers.
     *
     * @param served which torrents it answers about, now
     * @param origin where this region agent itself gives a torrent away, if it does; completes within seconds, never with an error
     * @param random a source that is safe to use on the calling thread
     */
    public Tracker(
            Supplier<Set<InfoHash>> served,
            Function<InfoHash, CompletableFuture<Optional<Address>>> origin,
            Clock clock,
            Supplier<? extends RandomGenerator> random,
            BanBook bans) {
        this.served = served;
        this.origin = origin;
        this.clock = clock;
        this.random = random;
        this.bans = bans;
    }

    /** A tracker whose seeds announce themselves like everybody else. */
    public Tracker(Supplier<Set<InfoHash>> served, Clock clock, Supplier<? extends RandomGenerator> random) {
        this(
                served,
                hash -> CompletableFuture.completedFuture(Optional.empty()),
                clock,
                random,
                new BanBook("tracker"));
    }

    /**
     * The bencoded answer to an announce {@code from} an address with this raw query. Who lacks something is answered as soon as the
     * origin serves the torrent, or has taken too long: a leecher that is told nothing asks again after seconds only. Never fails
     * for what a peer has sent.
     */
    public CompletableFuture<byte[]> announce(String query, InetAddress from) {
        announces.increment();
        if (!(from instanceof Inet4Address ip)) {
            return CompletableFuture.completedFuture(failure("compact peers are IPv4"));
        }
        try {
            AnnounceRequest request = AnnounceRequest.parse(query);
            if (!served.get().contains(request.infoHash())) {
                return CompletableFuture.completedFuture(failure("unknown torrent"));
            }
            Instant now = clock.instant();
            Optional<BanNotice> ban = bans.of(ip, request.port(), now);
            if (ban.isPresent()) {
                return CompletableFuture.completedFuture(banned(ban.get(), now));
            }
            return request.left() == 0 || request.wanted() == 0
                    ? CompletableFuture.completedFuture(answer(request, ip, Optional.empty()))
                    : origin.apply(request.infoHash()).thenApply(seed -> answer(request, ip, seed));
        } catch (IllegalArgumentException malformed) {
            return CompletableFuture.completedFuture(failure(String.valueOf(malformed.getMessage())));
        }
    }

    private byte[] answer(AnnounceRequest request, Inet4Address ip, Optional<Address> seed) {
        seed.ifPresent(origins::add);
        SwarmTable swarm = swarms.computeIfAbsent(request.infoHash(), hash -> new SwarmTable(random));
        return reply(request, swarm.announce(request, ip, clock.instant()), seed);
    }

    /**
     * Takes in what a machine at {@code from} holds against others. It counts if both are peers of the torrent. An origin is none,
     * and is never banned.
     */
    public void accuse(AccusationBatch batch, InetAddress from) {
        Instant now = clock.instant();
        Map<PeerAddress, Accusation> about = new LinkedHashMap<>();
        if (from instanceof Inet4Address witness) {
            for (Accusation accusation : batch.accusations()) {
                SwarmTable swarm = swarms.get(accusation.infoHash());
                if (swarm != null && !swarm.portsAt(witness).isEmpty()) {
                    accused(accusation, swarm).ifPresent(peer -> about.merge(peer, accusation, Accusation::and));
                }
            }
            List<Testimony> testimonies = about.entrySet().stream()
                    .map(e -> new Testimony(witness, batch.machine(), e.getKey(), e.getValue(), now))
                    .toList();
            accusations.add(testimonies.size());
            hear(testimonies, now);
        }
    }

    private void hear(List<Testimony> testimonies, Instant now) {
        for (PeerAddress peer : bans.hear(testimonies, now)) {
            swarms.values().forEach(swarm -> swarm.expel(new Address(peer.ip(), peer.port())));
        }
    }

    /** Whom it is about. Who connected did so from any port; then it can only be told if it is alone at its address. */
    private Optional<PeerAddress> accused(Accusation accusation, SwarmTable swarm) {
        PeerAddress peer = accusation.peer();
        Set<Integer> ports = swarm.portsAt(peer.ip());
        if (origins.contains(new Address(peer.ip(), peer.port()))) {
            return Optional.empty();
        } else if (ports.contains(peer.port()) && (accusation.wholePiece() || ports.size() == 1)) {
            return Optional.of(peer);
        }
        boolean alone = ports.size() == 1 && origins.stream().noneMatch(o -> o.ip().equals(peer.ip()));
        return alone ? ports.stream().findFirst().map(port -> new PeerAddress(peer.ip(), port)) : Optional.empty();
    }

    /** Forgets torrents that are no longer served. */
    public void retain(Collection<InfoHash> still) {
        swarms.keySet().retainAll(Set.copyOf(still));
    }

    private byte[] reply(AnnounceRequest request, SwarmTable.Handout handout, Optional<Address> seed) {
        List<Address> peers = new ArrayList<>(handout.peers());
        if (hasSeat(request.peerId(), handout.population())) {
            seed.ifPresent(address -> peers.add(0, address));
        }
        boolean calm = handout.intervalSeconds() >= HandoutPolicy.LONG_SECONDS;
        int interval = calm ? jittered(handout.intervalSeconds()) : handout.intervalSeconds();
        ByteBuffer compact = ByteBuffer.allocate(peers.size() * COMPACT_LENGTH);
        peers.forEach(p -> compact.put(p.ip().getAddress()).putShort((short) p.port()));
        return Bencode.encode(Map.of(
                "interval",
                interval,
                "min interval",
                Math.min(interval, HandoutPolicy.SHORT_SECONDS),
                "peers",
                compact.array()));
    }

    private static boolean hasSeat(String peerId, int population) {
        // Spread first: String hashes of ids that differ in few digits lie side by side.
        int spread = peerId.hashCode() * 0x9e3779b9;
        return population <= SEATS || Integer.remainderUnsigned(spread ^ spread >>> 16, population) < SEATS;
    }

    private int jittered(int seconds) {
        return seconds - random.get().nextInt(seconds / 5);
    }

    private byte[] banned(BanNotice notice, Instant now) {
        long left = Duration.between(now, notice.until()).toSeconds() + 1;
        return failure(notice.toString(), (int) Math.min(BANNED_SECONDS, left));
    }

    private byte[] failure(String reason) {
        // A torrent that is unknown now may be served in a moment.
        return failure(reason, HandoutPolicy.SHORT_SECONDS);
    }

    private byte[] failure(String reason, int seconds) {
        failures.increment();
        // Without intervals libtorrent takes 30 minutes.
        return Bencode.encode(Map.of("failure reason", reason, "interval", seconds, "min interval", seconds));
    }

    /** For {@code GET /v1/status}. */
    public Map<String, Object> status() {
        Map<String, Object> sizes = new TreeMap<>();
        swarms.forEach((hash, swarm) -> {
            SwarmTable.Size size = swarm.size();
            sizes.put(hash.value(), Map.of("peers", size.peers(), "seeds", size.seeds()));
        });
        return Map.of(
                "swarms",
                sizes,
                "announces",
                announces.sum(),
                "failures",
                failures.sum(),
                "accusations",
                accusations.sum(),
                "banned",
                bans.status(clock.instant()));
    }
}
