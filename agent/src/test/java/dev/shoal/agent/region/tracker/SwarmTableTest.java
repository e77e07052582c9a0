package dev.shoal.agent.region.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.agent.region.tracker.SwarmTable.Address;
import dev.shoal.agent.region.tracker.SwarmTable.Size;
import dev.shoal.model.InfoHash;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The handout: which edges the swarm's graph gets. */
class SwarmTableTest {
    private static final InfoHash HASH = new InfoHash("ab".repeat(20));
    private static final Inet4Address HOST = host();
    private static final Instant START = Instant.parse("2026-11-22T21:00:00Z");

    private final Random random = new Random(1);
    private final SwarmTable swarm = new SwarmTable(() -> random);

    @Test
    void introducesPeersToEachOtherAndNobodyToHimself() {
        assertThat(announce(1, 100, "started", 50, START)).isEmpty();
        assertThat(announce(2, 100, "started", 50, START)).containsExactly(1);

        assertThat(announce(1, 100, "", 50, START)).containsExactly(2);
    }

    @Test
    void tellsPeersOfOneAddressApartByTheirIds() {
        announce(1, 100, "started", 50, START);
        announce(2, 100, "started", 50, START);

        assertThat(announce(3, 100, "started", 50, START)).containsExactlyInAnyOrder(1, 2);
        assertThat(swarm.size()).isEqualTo(new Size(3, 0));
    }

    @Test
    void handsNoSeedToASeed() {
        announce(1, 0, "completed", 50, START);
        announce(2, 0, "completed", 50, START);
        announce(3, 100, "started", 50, START);

        assertThat(announce(4, 0, "", 50, START)).containsExactly(3);
    }

    @Test
    void forgetsWhoSaysGoodbyeAndHandsNothingToHim() {
        announce(1, 100, "started", 50, START);
        announce(2, 100, "started", 50, START);

        assertThat(announce(1, 100, "stopped", 50, START)).isEmpty();

        assertThat(announce(3, 100, "started", 50, START)).containsExactly(2);
    }

    @Test
    void neverHandsOutWhoHasBeenSilentForThreeIntervals() {
        announce(1, 100, "started", 50, START);
        announce(2, 100, "started", 50, START.plus(SwarmTable.EXPIRY).minusSeconds(5));

        assertThat(announce(3, 100, "started", 50, START.plus(SwarmTable.EXPIRY).plusSeconds(1)))
                .containsExactly(2);
    }

    @Test
    void followsAPeerThatHasMoved() {
        announce(1, 100, "started", 50, START);
        swarm.announce(request(1, 9999, 100, "", 50), HOST, START);

        assertThat(announce(2, 100, "started", 50, START)).containsExactly(9999);
    }

    @Test
    void handsOutNoMoreThanWantedAndNobodyTwice() {
        for (int i = 1; i <= 300; i++) {
            announce(i, i % 7 == 0 ? 0 : 100, "started", 50, START);
        }

        List<Integer> handout = announce(1000, 100, "started", 20, START);

        assertThat(handout).hasSize(20).doesNotHaveDuplicates();
        assertThat(announce(1001, 100, "started", 0, START)).isEmpty();
    }

    @Test
    void handsNobodyOutTwiceWhileItDropsTheSilent() {
        for (int round = 0; round < 200; round++) {
            SwarmTable mixed = new SwarmTable(() -> random);
            for (int i = 1; i <= 12; i++) {
                Instant seen = random.nextBoolean() ? START : START.plus(SwarmTable.EXPIRY);
                mixed.announce(request(i, i, i % 2 == 0 ? 0 : 100, "started", 50), HOST, seen);
            }

            List<Integer> handout = ports(mixed.announce(
                            request(99, 99, 100, "started", 50),
                            HOST,
                            START.plus(SwarmTable.EXPIRY).plusSeconds(9))
                    .peers());

            assertThat(handout).doesNotHaveDuplicates();
        }
    }

    @Test
    void givesEveryLeecherSomebodyWhoHasTheDataWhereThereAreSeeds() {
        for (int i = 1; i <= 100; i++) {
            announce(i, i <= 40 ? 0 : 100, "started", 50, START);
        }

        for (int i = 101; i <= 150; i++) {
            assertThat(announce(i, 100, "started", 20, START))
                    .anySatisfy(port -> assertThat(port).isLessThanOrEqualTo(40));
        }
    }

    @Test
    void leavesNobodyIsolatedAndSpreadsTheDegreesEvenlyOverTwoHundredPeers() {
        Graph graph = new Graph();
        for (int i = 1; i <= 200; i++) {
            graph.add(i, announce(i, i <= 2 ? 0 : 100, "started", 30, START));
        }
        for (int i = 1; i <= 200; i++) {
            graph.add(i, announce(i, i <= 2 ? 0 : 100, "", 30, START.plusSeconds(5)));
        }

        assertThat(graph.reachableFrom(1)).hasSize(200);
        IntSummaryStatistics degrees = graph.degrees(200);
        assertThat(degrees.getMin()).isGreaterThanOrEqualTo(20);
        assertThat((double) degrees.getMax()).isLessThan(2 * degrees.getAverage());
    }

    @Test
    void doesNotSendEverybodyToANewcomer() {
        for (int round = 0; round < 50; round++) {
            for (int i = 1; i <= 200; i++) {
                announce(i, 100, "", 20, START.plusSeconds(round));
            }
        }
        announce(1000, 100, "started", 20, START.plusSeconds(51));

        int sentToNewcomer = 0;
        for (int i = 1; i <= 200; i++) {
            sentToNewcomer += announce(i, 100, "", 20, START.plusSeconds(52)).contains(1000) ? 1 : 0;
        }

        assertThat(sentToNewcomer).isBetween(1, 60);
    }

    @Test
    void introducesPeersOfOneRackAndAFewOfOthers() {
        for (int i = 1; i <= 400; i++) {
            swarm.announce(ofRack(i, "r" + i % 20), HOST, START);
        }

        int near = 0;
        int all = 0;
        for (int i = 401; i <= 500; i++) {
            List<Integer> handout =
                    ports(swarm.announce(ofRack(i, "r" + i % 20), HOST, START).peers());
            int own = i % 20;
            near += (int) handout.stream().filter(port -> port % 20 == own).count();
            all += handout.size();
        }

        assertThat((double) near / all).isBetween(0.9, 0.97);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 8, 40})
    void racksOfAnySizeHangTogetherAndNobodyHasManyNeighboursOutsideOfALargeOne(int size) {
        Graph graph = new Graph();
        for (int round = 0; round < 3; round++) {
            for (int i = 1; i <= 480; i++) {
                AnnounceRequest request = new AnnounceRequest(
                        HASH,
                        "%040x".formatted(i),
                        i,
                        100 - round,
                        round == 0 ? "started" : "",
                        "r" + (i - 1) / size,
                        50);
                graph.add(
                        i,
                        ports(swarm.announce(request, HOST, START.plusSeconds(5L * round))
                                .peers()));
            }
        }

        assertThat(graph.reachableFrom(1)).hasSize(480);
        for (int i = 1; i <= 480; i++) {
            int own = (i - 1) / size;
            long far = graph.neighboursOf(i).stream()
                    .filter(other -> (other - 1) / size != own)
                    .count();
            assertThat(far).isPositive();
            if (size > 3) {
                assertThat(far).isLessThanOrEqualTo(4 * HandoutPolicy.FAR_AT_ONCE);
            } else if (size < 3) {
                assertThat(graph.neighboursOf(i)).hasSizeGreaterThanOrEqualTo(10);
            }
        }
    }

    @Test
    void whoGotNothingSinceLastTimeIsToldOfOthersOutside() {
        for (int i = 1; i <= 40; i++) {
            swarm.announce(ofRack(i, "r" + i % 2), HOST, START);
        }
        // Told of one outside, and found by one or two.
        List<Integer> calm =
                ports(swarm.announce(ofRack(41, "r1", 100), HOST, START).peers());
        assertThat(calm.stream().filter(port -> port % 2 == 0)).hasSize(1);
        for (int i = 42; i <= 60; i++) {
            swarm.announce(ofRack(i, "r" + i % 2), HOST, START);
        }

        int still = 0;
        int moving = 0;
        for (int round = 1; round <= 20; round++) {
            Instant now = START.plusSeconds(round);
            swarm.announce(ofRack(200 + 2 * round, "r0"), HOST, now);
            still +=
                    (int) ports(swarm.announce(ofRack(41, "r1", 100), HOST, now).peers()).stream()
                            .filter(port -> port % 2 == 0)
                            .count();
            moving += (int) ports(swarm.announce(ofRack(43, "r1", 100 - round), HOST, now)
                            .peers())
                    .stream()
                    .filter(port -> port % 2 == 0)
                    .count();
        }

        assertThat(still).isGreaterThan(2 * moving).isGreaterThan(10);
    }

    @Test
    void doesNotCloseOffThoseWhoCameFirstFromThoseWhoComeLater() {
        Graph graph = new Graph();
        for (int i = 1; i <= 2000; i++) {
            graph.add(i, announce(i, 100, "started", 50, START));
        }

        for (int i = 1; i <= 25; i++) {
            assertThat(graph.neighboursOf(i)).anyMatch(other -> other > 50);
            assertThat(graph.neighboursOf(i)).hasSizeLessThanOrEqualTo(HandoutPolicy.HOLDS + 2);
        }
        assertThat(graph.reachableFrom(1)).hasSize(2000);
    }

    @Test
    void forgetsAHungryPeerThatIsSilentForThreeOfItsShortIntervals() {
        announce(1, 100, "started", 50, START);
        announce(2, 100, "started", 50, START);

        assertThat(announce(3, 100, "started", 50, START.plusSeconds(40))).isEmpty();
    }

    private static AnnounceRequest ofRack(int peer, String rack) {
        return ofRack(peer, rack, 100);
    }

    private static AnnounceRequest ofRack(int peer, String rack, long left) {
        return new AnnounceRequest(HASH, "%040x".formatted(peer), peer, left, "started", rack, 50);
    }

    @Test
    void looksAtAFewPeersHoweverManyThereAre() {
        for (int i = 1; i <= 50_000; i++) {
            announce(i, 100, "started", 10, START);
        }
        Instant before = Instant.now();

        for (int i = 1; i <= 2_000; i++) {
            announce(i, 100, "", 50, START);
        }

        assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(5));
    }

    private List<Integer> announce(int peer, long left, String event, int wanted, Instant at) {
        return ports(swarm.announce(request(peer, peer, left, event, wanted), HOST, at)
                .peers());
    }

    private static AnnounceRequest request(int peer, int port, long left, String event, int wanted) {
        return new AnnounceRequest(HASH, "%040x".formatted(peer), port, left, event, "", wanted);
    }

    private static List<Integer> ports(List<Address> addresses) {
        return addresses.stream().map(Address::port).toList();
    }

    private static Inet4Address host() {
        try {
            return (Inet4Address) InetAddress.getByName("127.0.0.1");
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Graph {
        private final Map<Integer, Set<Integer>> neighbours = new HashMap<>();

        void add(int peer, List<Integer> others) {
            for (int other : others) {
                neighbours.computeIfAbsent(peer, p -> new HashSet<>()).add(other);
                neighbours.computeIfAbsent(other, p -> new HashSet<>()).add(peer);
            }
        }

        Set<Integer> neighboursOf(int peer) {
            return neighbours.getOrDefault(peer, Set.of());
        }

        Set<Integer> reachableFrom(int start) {
            Set<Integer> seen = new HashSet<>(Set.of(start));
            Deque<Integer> open = new ArrayDeque<>(seen);
            while (!open.isEmpty()) {
                for (int next : neighbours.getOrDefault(open.pop(), Set.of())) {
                    if (seen.add(next)) {
                        open.push(next);
                    }
                }
            }
            return seen;
        }

        IntSummaryStatistics degrees(int peers) {
            List<Integer> all = new ArrayList<>();
            for (int i = 1; i <= peers; i++) {
                all.add(neighbours.getOrDefault(i, Set.of()).size());
            }
            return all.stream().mapToInt(Integer::intValue).summaryStatistics();
        }
    }
}
