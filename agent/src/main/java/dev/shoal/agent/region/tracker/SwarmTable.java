package dev.shoal.agent.region.tracker;

import dev.shoal.agent.region.tracker.HandoutPolicy.Candidate;
import dev.shoal.agent.region.tracker.HandoutPolicy.Place;
import java.net.Inet4Address;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The peers of one torrent, of which {@link HandoutPolicy} chooses. O(handout) an announce. Thread-safe: one lock a swarm. No
 * clock and no network of its own: the tracker and the fleet simulator run the same code.
 */
public final class SwarmTable {
    /** Silent for so long is gone: three of the longest intervals. */
    static final Duration EXPIRY = Duration.ofSeconds(100);

    /** Two regions' worth of machines; more are answered and not remembered. */
    static final int MOST_PEERS = 50_000;

    private static final int SAMPLE_FACTOR = 3;
    private static final int SILENT_INTERVALS = 3;
    private static final int SILENT_SLACK_SECONDS = 10;

    /** Connections end unheard of: the guess about a peer's halves in so many seconds. */
    private static final double FADING_SECONDS = 120;

    private static final int ALL = 0;
    private static final int OWNERS = 1;
    private static final int RACK = 2;

    private final ReentrantLock lock = new ReentrantLock();
    private final Supplier<? extends RandomGenerator> random;
    private final Map<String, Peer> byId = new HashMap<>();
    private final Pool<Peer> all = new Pool<>(ALL);
    private final Pool<Peer> owners = new Pool<>(OWNERS);
    private final Map<String, Pool<Peer>> racks = new HashMap<>();

    /** What an empty peer lacks. */
    private long most;

    private int seeds;
    private long announces;

    /** @param random asked on the announcing thread, to which generators like ThreadLocalRandom belong */
    public SwarmTable(Supplier<? extends RandomGenerator> random) {
        this.random = random;
    }

    /** Where a peer can be reached. */
    public record Address(Inet4Address ip, int port) {}

    /** How many there are, and how many of them have all. */
    public record Size(int peers, int seeds) {}

    /**
     * The answer to an announce.
     *
     * @param intervalSeconds after which it is to come again, at the latest
     * @param population how many peers there are
     */
    public record Handout(List<Address> peers, int intervalSeconds, int population) {}

    private static final class Peer extends Pool.Member {
        private final String id;
        private Address address;
        private String rack = "";
        private @Nullable Pool<Peer> rackMates;
        private long left = Long.MAX_VALUE;
        /** Milliseconds, like {@code goneAt}: instants are a fifth of a peer's memory. */
        private long heardAt;

        private long goneAt;
        private double degree;
        /** How many of these lead to other racks. */
        private double far;
        /** The announce that last looked at it. */
        private long seenBy;

        Peer(String id, Address address, Instant now) {
            this.id = id;
            this.address = address;
            this.heardAt = now.toEpochMilli();
            this.goneAt = now.plus(EXPIRY).toEpochMilli();
        }

        int mates() {
            return rackMates == null ? 0 : rackMates.size() - 1;
        }
    }

    /** Notes the peer and hands others to it. A peer is never handed to itself, nor a complete one to a complete one. */
    public Handout announce(AnnounceRequest request, Inet4Address ip, Instant now) {
        lock.lock();
        try {
            if (request.event().equals("stopped")) {
                remove(byId.get(request.peerId()));
                return new Handout(List.of(), HandoutPolicy.LONG_SECONDS, byId.size());
            }
            Address address = new Address(ip, request.port());
            Peer known = byId.get(request.peerId());
            Peer peer = known == null ? new Peer(request.peerId(), address, now) : known;
            fade(peer, now);
            List<Peer> chosen = choose(request, peer, now);
            chosen.forEach(p -> connect(peer, p, request.rack()));
            boolean complete = request.left() == 0;
            int interval = HandoutPolicy.interval(complete, chosen.size(), peer.degree);
            // Registered with its own handout, not before: others must not find a peer that knows nobody (Kraken issue
            // 162).
            note(peer, request, address, now.plusSeconds((long) interval * SILENT_INTERVALS + SILENT_SLACK_SECONDS));
            return new Handout(chosen.stream().map(p -> p.address).toList(), interval, byId.size());
        } finally {
            lock.unlock();
        }
    }

    private static void fade(Peer peer, Instant now) {
        double silence = Math.max(0, (now.toEpochMilli() - peer.heardAt) / 1000.0);
        double kept = Math.pow(0.5, silence / FADING_SECONDS);
        peer.degree *= kept;
        peer.far *= kept;
        peer.heardAt = now.toEpochMilli();
    }

    private List<Peer> choose(AnnounceRequest request, Peer announcer, Instant now) {
        boolean complete = request.left() == 0;
        int size = HandoutPolicy.size(announcer.degree, request.wanted(), complete);
        if (size == 0) {
            return List.of();
        }
        Pool<Peer> rack = request.rack().isEmpty() ? null : racks.get(request.rack());
        RandomGenerator dice = random.get();
        announces++;
        List<Peer> sample = new ArrayList<>();
        all.draw(size * SAMPLE_FACTOR, dice, peer -> look(peer, sample));
        if (rack != null) {
            rack.draw(size * SAMPLE_FACTOR, dice, peer -> look(peer, sample));
        }
        if (!complete) {
            owners.draw(size, dice, peer -> look(peer, sample));
        }
        // Among equals chance decides, not who came first.
        Collections.shuffle(sample, Random.from(dice));
        List<Candidate<Peer>> candidates = new ArrayList<>(sample.size());
        for (Peer peer : sample) {
            Place place = place(request.rack(), peer.rack);
            if (peer.goneAt < now.toEpochMilli()) {
                remove(peer);
            } else if (peer != announcer
                    && !(complete && peer.left == 0)
                    && (place != Place.FAR || HandoutPolicy.isOpenToOtherRacks(peer.far, peer.mates()))) {
                candidates.add(new Candidate<>(peer, peer.degree, !complete && owns(peer.left), place));
            }
        }
        boolean first = !byId.containsKey(announcer.id);
        int mates = rack == null ? 0 : rack.size() - (first ? 0 : 1);
        // Who got nothing since last time may be cut off from the rest: its far neighbours are taken for gone.
        double far = request.left() == announcer.left ? 0 : announcer.far;
        return HandoutPolicy.choose(candidates, size, HandoutPolicy.farSize(size, far, mates, first));
    }

    private void look(Peer peer, List<Peer> sample) {
        if (peer.seenBy != announces) {
            peer.seenBy = announces;
            sample.add(peer);
        }
    }

    private static Place place(String one, String other) {
        return one.isEmpty() || other.isEmpty() ? Place.UNKNOWN : one.equals(other) ? Place.NEAR : Place.FAR;
    }

    private static void connect(Peer announcer, Peer told, String rack) {
        boolean far = place(rack, told.rack) == Place.FAR;
        announcer.degree++;
        told.degree++;
        announcer.far += far ? 1 : 0;
        told.far += far ? 1 : 0;
    }

    /** A quarter of the data is something to give. */
    private boolean owns(long left) {
        return left == 0 || left < most / 4 * 3;
    }

    private void note(Peer peer, AnnounceRequest request, Address address, Instant goneAt) {
        if (!byId.containsKey(peer.id)) {
            if (byId.size() >= MOST_PEERS) {
                return;
            }
            byId.put(peer.id, peer);
            all.add(peer);
        }
        seeds += (request.left() == 0 ? 1 : 0) - (peer.left == 0 ? 1 : 0);
        most = Math.max(most, request.left());
        peer.address = address;
        peer.left = request.left();
        peer.goneAt = goneAt.toEpochMilli();
        if (owns(peer.left)) {
            owners.add(peer);
        }
        if (!peer.rack.equals(request.rack())) {
            leaveRack(peer);
            peer.rack = request.rack();
        }
        if (!peer.rack.isEmpty()) {
            peer.rackMates = racks.computeIfAbsent(peer.rack, r -> new Pool<>(RACK));
            peer.rackMates.add(peer);
        }
    }

    private void leaveRack(Peer peer) {
        Pool<Peer> rack = peer.rackMates;
        if (rack != null) {
            peer.rackMates = null;
            rack.remove(peer);
            if (rack.size() == 0) {
                racks.remove(peer.rack);
            }
        }
    }

    private void remove(@Nullable Peer gone) {
        if (gone != null && byId.remove(gone.id, gone)) {
            all.remove(gone);
            owners.remove(gone);
            leaveRack(gone);
            seeds -= gone.left == 0 ? 1 : 0;
        }
    }

    /** At which ports peers announce themselves from this address. Reads the whole table. */
    public Set<Integer> portsAt(Inet4Address ip) {
        lock.lock();
        try {
            return byId.values().stream()
                    .filter(p -> p.address.ip().equals(ip))
                    .map(p -> p.address.port())
                    .collect(Collectors.toUnmodifiableSet());
        } finally {
            lock.unlock();
        }
    }

    /** Forgets who announces itself at this address. Reads the whole table. */
    public void expel(Address address) {
        lock.lock();
        try {
            byId.values().stream()
                    .filter(p -> p.address.equals(address))
                    .toList()
                    .forEach(this::remove);
        } finally {
            lock.unlock();
        }
    }

    /** Includes those that have fallen silent and that no announce has met since. */
    public Size size() {
        lock.lock();
        try {
            return new Size(byId.size(), seeds);
        } finally {
            lock.unlock();
        }
    }
}
