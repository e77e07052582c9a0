package dev.shoal.agent.region.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.agent.ban.Accusation;
import dev.shoal.agent.ban.AccusationBatch;
import dev.shoal.agent.ban.BanNotice;
import dev.shoal.agent.ban.PeerAddress;
import dev.shoal.model.InfoHash;
import dev.shoal.model.MachineId;
import dev.shoal.model.RegionName;
import dev.shoal.model.torrent.Bdecoder;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

class TrackerTest {
    private static final InfoHash SERVED = new InfoHash("ab".repeat(20));
    private static final InfoHash OTHER = new InfoHash("cd".repeat(20));

    private final Set<InfoHash> served = new HashSet<>(Set.of(SERVED));
    private Optional<SwarmTable.Address> origin = Optional.empty();
    private final SettableClock clock = new SettableClock();
    private final Tracker tracker = new Tracker(
            () -> served,
            hash -> CompletableFuture.completedFuture(origin),
            clock,
            ThreadLocalRandom::current,
            new BanBook("eu-1"));

    @Test
    void answersCompactPeersWithAddressAndPortInNetworkOrder() throws Exception {
        announce(SERVED, 1, 40_001, 100, "started", "10.1.2.3");

        Map<?, ?> reply = announce(SERVED, 2, 40_002, 100, "started", "10.1.2.4");

        assertThat((byte[]) reply.get("peers")).containsExactly(10, 1, 2, 3, 40_001 >> 8, 40_001 & 0xff);
    }

    @Test
    void refusesTorrentsThatTheRegionDoesNotServe() throws Exception {
        assertThat(failure(announce(OTHER, 1, 40_001, 100, "started", "10.1.2.3")))
                .isEqualTo("unknown torrent");
        assertThat(tracker.status().get("swarms")).isEqualTo(Map.of());
    }

    @Test
    void callsBackSoonWhoCameBeforeTheTorrentWasServed() throws Exception {
        assertThat(interval(announce(OTHER, 1, 40_001, 100, "started", "10.1.2.3")))
                .isBetween(1L, 5L);
    }

    @Test
    void forgetsTorrentsThatAreNoLongerServed() throws Exception {
        announce(SERVED, 1, 40_001, 100, "started", "10.1.2.3");

        tracker.retain(List.of());

        assertThat(tracker.status().get("swarms")).isEqualTo(Map.of());
    }

    @Test
    void saysWhatIsWrongWithAMalformedAnnounce() throws Exception {
        Map<?, ?> reply = decode(tracker.announce("info_hash=x", ip("10.1.2.3")).join());

        assertThat(failure(reply)).contains("info_hash");
    }

    @Test
    void callsBackSoonWhoLacksPeersAndLaterWhoDoesNot() throws Exception {
        long lonely = interval(announce(SERVED, 1, 40_001, 100, "started", "10.1.2.3"));
        for (int i = 2; i <= 40; i++) {
            announce(SERVED, i, 40_000 + i, 100, "started", "10.1.2.3");
        }

        long busy = interval(announce(SERVED, 41, 40_041, 100, "started", "10.1.2.3"));
        long seed = interval(announce(SERVED, 42, 40_042, 0, "started", "10.1.2.3"));

        assertThat(lonely).isBetween(1L, 5L);
        assertThat(busy).isBetween(20L, 30L);
        assertThat(seed).isBetween(20L, 30L);
    }

    @Test
    void spreadsItsHandoutsWhenEachAnnounceComesOnAThreadOfItsOwn() throws Exception {
        for (int i = 1; i <= 400; i++) {
            announce(SERVED, i, 40_000 + i, 100, "started", "10.1.2.3");
        }
        Set<Integer> handed = ConcurrentHashMap.newKeySet();

        for (int i = 0; i < 40; i++) {
            int peer = 1000 + i;
            Thread.startVirtualThread(() -> handed.addAll(handedTo(peer))).join();
        }

        assertThat(handed).hasSizeGreaterThan(200);
    }

    @Test
    void countsWhatItServes() throws Exception {
        announce(SERVED, 1, 40_001, 0, "started", "10.1.2.3");
        announce(SERVED, 2, 40_002, 100, "started", "10.1.2.3");

        assertThat(tracker.status())
                .containsEntry("announces", 2L)
                .containsEntry("swarms", Map.of(SERVED.value(), Map.of("peers", 2, "seeds", 1)));
    }

    @Test
    void mutilatedAnnouncesGetABencodedAnswerAndLeaveNoSwarmOfTheirOwn() throws Exception {
        String sound = "info_hash=" + "%ab".repeat(20) + "&peer_id=-XX0001-000000000001&port=6881&left=5&numwant=20";
        Random random = new Random(20_261_123);

        for (int i = 0; i < 20_000; i++) {
            Map<?, ?> reply = decode(
                    tracker.announce(mutilated(sound, random), ip("10.1.2.3")).join());
            assertThat(reply.containsKey("failure reason") ^ reply.containsKey("peers"))
                    .isTrue();
        }

        assertThat((Long) tracker.status().get("failures")).isBetween(1L, 19_999L);
        assertThat(((Map<?, ?>) tracker.status().get("swarms")).keySet()).isEqualTo(Set.of(SERVED.value()));
    }

    @Test
    void namesItsOwnOriginFirstToLeechersOnly() throws Exception {
        origin = Optional.of(new SwarmTable.Address(ip("10.9.9.9"), 9201));

        assertThat((byte[])
                        announce(SERVED, 1, 40_001, 100, "started", "10.1.2.3").get("peers"))
                .containsExactly(10, 9, 9, 9, 9201 >> 8, 9201 & 0xff);
        assertThat((byte[])
                        announce(SERVED, 2, 40_002, 0, "started", "10.1.2.3").get("peers"))
                .hasSize(6)
                .startsWith(10, 1, 2, 3);
    }

    @Test
    void sendsABoundedNumberOfALargeSwarmToItsOriginAndTheSameOnesAgain() throws Exception {
        for (int i = 1; i <= 2000; i++) {
            announce(SERVED, i, 40_000, 100, "started", "10.1.2.3");
        }
        origin = Optional.of(new SwarmTable.Address(ip("10.9.9.9"), 9201));
        Set<Integer> seated = new HashSet<>();
        for (int i = 1; i <= 2000; i++) {
            if (handedTo(i).contains(9201)) {
                seated.add(i);
            }
        }

        assertThat(seated).hasSizeBetween(Tracker.SEATS / 2, Tracker.SEATS * 2);
        assertThat(seated).allSatisfy(peer -> assertThat(handedTo(peer)).contains(9201));
    }

    @Test
    void aPeerThatTwoMachinesAccuseIsHandedToNobodyAndToldWhyUntilItsBanEnds() throws Exception {
        announce(SERVED, 1, 40_001, 0, "started", "10.1.2.3");
        announce(SERVED, 2, 40_002, 100, "started", "10.1.2.4");
        announce(SERVED, 3, 40_003, 100, "started", "10.1.2.5");
        accuse("10.1.2.4", "10.1.2.3:40001");
        assertThat(handedTo(9)).contains(40_001);

        accuse("10.1.2.5", "10.1.2.3:40001");

        assertThat(handedTo(9)).doesNotContain(40_001);
        Map<?, ?> told = announce(SERVED, 1, 40_001, 0, "", "10.1.2.3");
        BanNotice notice = BanNotice.parse(failure(told)).orElseThrow();
        assertThat(notice.until()).isEqualTo(clock.instant().plus(BanPolicy.TERM));
        assertThat(notice.by()).isEqualTo("eu-1");
        assertThat(notice.reason()).contains("2 machines", "m-10.1.2.4", "10.1.2.5", SERVED.value(), "pieces 4, 7");
        assertThat(interval(told)).isEqualTo(300);
        assertThat(handedTo(9)).doesNotContain(40_001);
        assertThat((List<?>) tracker.status().get("banned")).hasSize(1);

        clock.now = notice.until();
        assertThat(announce(SERVED, 1, 40_001, 0, "", "10.1.2.3").containsKey("peers"))
                .isTrue();
        assertThat(handedTo(9)).contains(40_001);
        assertThat((List<?>) tracker.status().get("banned")).isEmpty();
    }

    @Test
    void oneMachineCannotHaveAnotherBannedUnderHoweverManyNames() throws Exception {
        announce(SERVED, 1, 40_001, 0, "started", "10.1.2.3");
        for (int i = 2; i < 40; i++) {
            announce(SERVED, i, 40_000 + i, 100, "started", "10.1.2.4");
            accuse("10.1.2.4", "10.1.2.3:40001");
        }

        assertThat(handedTo(99)).contains(40_001);
    }

    @Test
    void whoIsNoPeerOfTheTorrentNeitherAccusesNorIsAccused() throws Exception {
        announce(SERVED, 1, 40_001, 0, "started", "10.1.2.3");
        for (int i = 4; i < 9; i++) {
            accuse("10.1.2." + i, "10.1.2.3:40001");
        }
        assertThat(tracker.status()).containsEntry("accusations", 0L);

        for (int i = 4; i < 9; i++) {
            announce(SERVED, i, 40_000, 100, "started", "10.1.2." + i);
            accuse("10.1.2." + i, "10.1.9.9:40001");
        }

        assertThat(tracker.status()).containsEntry("accusations", 0L);
    }

    @Test
    void anOriginIsNeverBanned() throws Exception {
        origin = Optional.of(new SwarmTable.Address(ip("10.9.9.9"), 9201));
        announce(SERVED, 1, 9300, 0, "started", "10.9.9.9");
        for (int i = 4; i < 9; i++) {
            announce(SERVED, i, 40_000, 100, "started", "10.1.2." + i);
            accuse("10.1.2." + i, "10.9.9.9:9201");
            accuse("10.1.2." + i, "10.9.9.9:55555");
        }

        assertThat(handedTo(99)).contains(9201, 9300);
        assertThat(tracker.status()).containsEntry("accusations", 0L);
    }

    @Test
    void whoConnectedFromAnyPortIsKnownByItsAddressIfItIsAloneThere() throws Exception {
        announce(SERVED, 1, 40_001, 0, "started", "10.1.2.3");
        announce(SERVED, 2, 40_002, 0, "started", "10.1.2.6");
        announce(SERVED, 3, 40_003, 0, "started", "10.1.2.6");
        for (int i = 4; i < 6; i++) {
            announce(SERVED, i, 40_000, 100, "started", "10.1.2." + i);
            accuse("10.1.2." + i, "10.1.2.3:55555");
            accuse("10.1.2." + i, "10.1.2.6:55555");
        }

        assertThat(handedTo(99)).contains(40_002, 40_003).doesNotContain(40_001);
    }

    @Test
    void countsTheConnectionsOfOneBadPeerTogether() throws Exception {
        announce(SERVED, 1, 40_001, 0, "started", "10.1.2.3");
        announce(SERVED, 2, 40_002, 0, "started", "10.1.2.6");
        for (int i = 4; i < 6; i++) {
            announce(SERVED, i, 40_000, 100, "started", "10.1.2." + i);
            accuse("10.1.2." + i, "10.1.2.3:40001", "10.1.2.6:40002", "10.1.2.3:55555");
        }

        assertThat(handedTo(99)).contains(40_002).doesNotContain(40_001);
    }

    private void accuse(String from, String... peers) throws Exception {
        List<Accusation> all = Arrays.stream(peers)
                .map(peer -> new Accusation(SERVED, new PeerAddress(peer), true, List.of(4, 7), 1))
                .toList();
        tracker.accuse(new AccusationBatch(new MachineId("m-" + from), new RegionName("eu"), all), ip(from));
    }

    /** A time that a test sets. */
    private static final class SettableClock extends Clock {
        private Instant now = Instant.parse("2026-11-22T21:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private static String mutilated(String query, Random random) {
        StringBuilder text = new StringBuilder(query);
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(4)) {
                case 0 -> text.setCharAt(at, (char) random.nextInt(0x300));
                case 1 -> text.deleteCharAt(at);
                case 2 -> text.insert(at, query, 0, random.nextInt(query.length()));
                default -> text.insert(at, "&=%+0".charAt(random.nextInt(5)));
            }
        }
        return text.toString();
    }

    private Set<Integer> handedTo(int peer) {
        try {
            byte[] peers = (byte[]) announce(SERVED, peer, 40_000 + peer, 100, "started", "10.1.2.3")
                    .get("peers");
            Set<Integer> ports = new HashSet<>();
            for (int i = 0; i < peers.length; i += 6) {
                ports.add((peers[i + 4] & 0xff) << 8 | peers[i + 5] & 0xff);
            }
            return ports;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private Map<?, ?> announce(InfoHash hash, int peer, int port, long left, String event, String from)
            throws Exception {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < 40; i += 2) {
            escaped.append('%').append(hash.value(), i, i + 2);
        }
        return decode(tracker.announce(
                        "info_hash=" + escaped + "&peer_id=-XX0001-%012d".formatted(peer) + "&port=" + port + "&left="
                                + left + "&event=" + event + "&numwant=20",
                        ip(from))
                .join());
    }

    private static Map<?, ?> decode(byte[] reply) {
        return (Map<?, ?>) Bdecoder.decode(reply);
    }

    private static long interval(Map<?, ?> reply) {
        return (Long) reply.get("interval");
    }

    private static String failure(Map<?, ?> reply) {
        return new String((byte[]) reply.get("failure reason"), StandardCharsets.UTF_8);
    }

    private static Inet4Address ip(String text) throws Exception {
        return (Inet4Address) InetAddress.getByName(text);
    }
}
