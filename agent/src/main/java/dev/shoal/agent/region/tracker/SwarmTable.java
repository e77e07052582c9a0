package dev.shoal.agent.region.tracker;

import java.net.Inet4Address;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * The peers of one torrent and our handout: by how rarely a peer was handed out, with a share that has the data, so that degrees
 * stay even (random-regular graphs reach 85 % of line rate, grown ones 65 %: Kraken's simulations) and nobody is wired to empty
 * peers only (Kraken issue 166). O(handout) an announce. Thread-safe: one lock a swarm. No clock and no network of its own: the
 * tracker and the fleet simulator run the same code.
 */
public final class SwarmTable {
    /** Silent for so long is gone: three of the longest intervals. */
    static final Duration EXPIRY = Duration.ofSeconds(100);

    private static final int SAMPLE_FACTOR = 3;

    private final ReentrantLock lock = new ReentrantLock();
    private final Supplier<? extends RandomGenerator> random;
    private final List<Peer> peers = new ArrayList<>();
    private final Map<String, Peer> byId = new HashMap<>();

    /** The sum over the peers. */
    private long handouts;

    /** @param random asked on the announcing thread, to which generators like ThreadLocalRandom belong */
    public SwarmTable(Supplier<? extends RandomGenerator> random) {
        this.random = random;
    }

    /** Where a peer can be reached. */
    public record Address(Inet4Address ip, int port) {}

    /** How many there are, and how many of them have all. */
    public record Size(int peers, int seeds) {}

    private static final class Peer {
        private final String id;
        private Address address;
        private long left;
        private Instant lastSeen;
        private long handedOut;
        private int place;

        Peer(String id, Address address, long left, Instant lastSeen) {
            this.id = id;
            this.address = address;
            this.left = left;
            this.lastSeen = lastSeen;
        }

        boolean isSeed() {
            return left == 0;
        }
    }

    /** Notes the peer and hands others to it. A peer is never handed to itself, nor a complete one to a complete one. */
    public List<Address> announce(AnnounceRequest request, Inet4Address ip, Instant now) {
        lock.lock();
        try {
            if (request.event().equals("stopped")) {
                remove(request.peerId());
                return List.of();
            }
            List<Address> handout = handout(request, now);
            // Registered with its own handout, not before: others must not find a peer that knows nobody (Kraken issue
            // 162).
            note(request, ip, now);
            return handout;
        } finally {
            lock.unlock();
        }
    }

    private List<Address> handout(AnnounceRequest request, Instant now) {
        List<Peer> sample = new ArrayList<>(sample(request, now));
        // Among equals chance decides, not who came first.
        Collections.shuffle(sample, Random.from(random.get()));
        sample.sort(Comparator.comparingLong(p -> p.handedOut));
        int withData = Math.max(1, request.wanted() / 4);
        List<Peer> chosen = Stream.concat(sample.stream().filter(Peer::isSeed).limit(withData), sample.stream())
                .distinct()
                .limit(request.wanted())
                .toList();
        chosen.forEach(p -> p.handedOut++);
        handouts += chosen.size();
        return chosen.stream().map(p -> p.address).toList();
    }

    /**
     * Up to a few times the wanted number: all of a small swarm, else peers at random places, since those that lie side by side
     * have come together and know the same few. The silent ones that it meets are dropped.
     */
    private Set<Peer> sample(AnnounceRequest request, Instant now) {
        RandomGenerator dice = random.get();
        // A set: a place may come up twice, also because a dropped peer's place is taken by another.
        Set<Peer> sample = new LinkedHashSet<>();
        int looks = request.wanted() * SAMPLE_FACTOR + SAMPLE_FACTOR;
        boolean all = peers.size() <= looks;
        int at = 0;
        for (int i = all ? peers.size() : looks; i > 0 && !peers.isEmpty(); i--) {
            at = all ? at % peers.size() : dice.nextInt(peers.size());
            Peer peer = peers.get(at);
            if (peer.lastSeen.plus(EXPIRY).isBefore(now)) {
                remove(peer.id);
                continue;
            }
            boolean useless = peer.isSeed() && request.left() == 0;
            if (!useless && !peer.id.equals(request.peerId())) {
                sample.add(peer);
            }
            at++;
        }
        return sample;
    }

    private void note(AnnounceRequest request, Inet4Address ip, Instant now) {
        Address address = new Address(ip, request.port());
        Peer known = byId.get(request.peerId());
        if (known == null) {
            Peer peer = new Peer(request.peerId(), address, request.left(), now);
            // At the mean, not at 0: else everybody would be sent to the newcomer until it has caught up.
            peer.handedOut = peers.isEmpty() ? 0 : handouts / peers.size();
            handouts += peer.handedOut;
            peer.place = peers.size();
            peers.add(peer);
            byId.put(peer.id, peer);
        } else {
            known.address = address;
            known.left = request.left();
            known.lastSeen = now;
        }
    }

    private void remove(String id) {
        Peer gone = byId.remove(id);
        if (gone != null) {
            handouts -= gone.handedOut;
            Peer last = peers.removeLast();
            if (last != gone) {
                peers.set(gone.place, last);
                last.place = gone.place;
            }
        }
    }

    /** Counts everybody: O(peers). */
    public Size size() {
        lock.lock();
        try {
            return new Size(
                    peers.size(), (int) peers.stream().filter(Peer::isSeed).count());
        } finally {
            lock.unlock();
        }
    }
}
