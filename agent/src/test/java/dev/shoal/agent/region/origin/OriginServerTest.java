package dev.shoal.agent.region.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.agent.testkit.TestRelease;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The origin's end of the peer protocol, with leechers that do as they are told. */
class OriginServerTest {
    private static final TestRelease RELEASE = TestRelease.ofRandomBytes(20 * (256 << 10) - 1000, 5);
    private static final int PIECES = 20;

    private final List<WireLeecher> leechers = new ArrayList<>();
    private final Set<Integer> elsewhere = new ConcurrentSkipListSet<>();
    private OriginServer server;
    private PieceStore store;

    @BeforeEach
    void start(@TempDir Path temp) throws IOException {
        store = PieceStore.open(RELEASE.metainfo(), temp.resolve("file"));
        try (ByteArrayInputStream in = new ByteArrayInputStream(RELEASE.bytes())) {
            for (int piece = 0; piece < PIECES; piece++) {
                assertThat(store.write(piece, in)).isTrue();
            }
        }
        server = OriginServer.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), new Random(1));
        server.add(store, Lane.ALONE, elsewhere::add, () -> {});
    }

    @AfterEach
    void stop() throws IOException {
        for (WireLeecher leecher : leechers) {
            leecher.close();
        }
        server.close();
        store.close();
    }

    @Test
    void showsEachPieceToOneLeecherAloneUntilThatHasIt() throws IOException {
        WireLeecher one = leecher();
        WireLeecher two = leecher();
        storedAll();

        within(10).until(() -> one.offered().size() + two.offered().size() >= Pace.LEAST);

        Set<Integer> both = new HashSet<>(one.offered());
        both.retainAll(two.offered());
        assertThat(both).isEmpty();
        assertThat(one.offered().size() + two.offered().size()).isLessThanOrEqualTo(Pace.LEAST);
        assertThat(one.offered()).isNotEmpty();
        assertThat(two.offered()).isNotEmpty();
    }

    @Test
    void sendsTheBytesAndThenOffersMore() throws IOException {
        WireLeecher one = leecher();
        storedAll();
        within(10).until(() -> one.offered().size() == Pace.LEAST);

        takeAll(one);

        int piece = one.received().keySet().iterator().next();
        int begin = RELEASE.metainfo().pieceSize(piece) - 1000;
        int from = (int) RELEASE.metainfo().pieceOffset(piece) + begin;
        assertThat(one.received().get(piece)).isEqualTo(Arrays.copyOfRange(RELEASE.bytes(), from, from + 1000));
        assertThat(server.sent(RELEASE.metainfo().infoHash())).isEqualTo(RELEASE.bytes().length);
    }

    @Test
    void showsEverythingToEverybodyOnceTheSwarmHasACopy() throws IOException {
        WireLeecher one = leecher();
        WireLeecher two = leecher();
        storedAll();
        within(10).until(() -> !one.offered().isEmpty());

        for (int piece = 0; piece < PIECES; piece++) {
            (piece % 2 == 0 ? one : two).have(piece);
        }

        within(10)
                .until(() -> one.offered().size() >= PIECES / 2 && two.offered().size() >= PIECES / 2);
        WireLeecher late = leecher();
        within(10).until(() -> late.offered().size() == PIECES);
        assertThat(elsewhere).hasSize(PIECES);
    }

    @Test
    void givesThePiecesOfALeecherThatDiedToAnother() throws IOException {
        WireLeecher dying = leecher();
        storedAll();
        within(10).until(() -> dying.offered().size() == Pace.LEAST);
        Set<Integer> its = Set.copyOf(dying.offered());
        WireLeecher other = leecher();

        dying.close();

        within(10).until(() -> {
            takeOffered(other);
            return other.offered().containsAll(its);
        });
    }

    @Test
    void givesThePiecesOfASilentLeecherToAnother() throws IOException {
        WireLeecher silent = leecher();
        storedAll();
        within(10).until(() -> silent.offered().size() == Pace.LEAST);
        WireLeecher other = leecher();

        within(20).until(() -> {
            takeOffered(other);
            return other.offered().size() == PIECES;
        });
    }

    @Test
    void offersAgainWhenEveryLeecherHasOnceLetItsOffersLapse() throws IOException {
        WireLeecher sleepy = leecher();
        storedAll();
        within(10).until(() -> sleepy.offered().size() == Pace.LEAST);
        within(10).until(() -> state().stalled() == 1);

        takeAll(sleepy);

        assertThat(state().stalled()).isZero();
    }

    @Test
    void showsEverythingToEverybodyWhenNothingMoves() throws IOException {
        WireLeecher deaf = leecher();
        WireLeecher alsoDeaf = leecher();
        storedAll();

        within(60)
                .until(() ->
                        deaf.offered().size() == PIECES && alsoDeaf.offered().size() == PIECES);

        assertThat(state().open()).isTrue();
    }

    @Test
    void shutsTheDoorOnWhoHasAllAndOnWhoTalksNonsense() throws IOException {
        WireLeecher whole = leecher();
        for (int piece = 0; piece < PIECES; piece++) {
            whole.have(piece);
        }
        WireLeecher wild = leecher();
        wild.say(1 << 30, 4);
        WireLeecher beyond = leecher();
        beyond.have(PIECES);

        within(10).until(() -> whole.isEnded() && wild.isEnded() && beyond.isEnded());
        assertThat(server.isTurning()).isTrue();
    }

    @Test
    void sendsNothingThatWasNotShownOrThatLiesOutsideAPiece() throws IOException {
        WireLeecher one = leecher();
        server.stored(RELEASE.metainfo().infoHash(), 3);
        within(10).until(() -> one.offered().contains(3));

        one.ask(4, 0, 1000);
        one.ask(3, 256 << 10, 1000);
        one.ask(3, 0, 1000);

        within(10).until(() -> !one.received().isEmpty());
        assertThat(one.received()).containsOnlyKeys(3);
        assertThat(server.sent(RELEASE.metainfo().infoHash())).isEqualTo(1000);
    }

    private OriginTorrent.State state() {
        return server.states().get(RELEASE.metainfo().infoHash());
    }

    private void storedAll() {
        for (int piece = 0; piece < PIECES; piece++) {
            server.stored(RELEASE.metainfo().infoHash(), piece);
        }
    }

    private static void takeAll(WireLeecher leecher) {
        within(20).until(() -> {
            takeOffered(leecher);
            return leecher.received().size() == PIECES;
        });
    }

    /** Takes what is offered: each block once. */
    private static void takeOffered(WireLeecher leecher) {
        for (int piece : leecher.offered()) {
            if (leecher.received().containsKey(piece)) {
                continue;
            }
            int size = RELEASE.metainfo().pieceSize(piece);
            int last = size - 1000;
            for (int begin = 0; begin < last; begin += 100_000) {
                leecher.ask(piece, begin, Math.min(100_000, last - begin));
            }
            leecher.ask(piece, last, 1000);
            within(10).until(() -> {
                byte[] block = leecher.received().get(piece);
                return block != null && block.length == 1000;
            });
            leecher.have(piece);
        }
    }

    private WireLeecher leecher() throws IOException {
        WireLeecher leecher =
                new WireLeecher(server.address(), RELEASE.metainfo().infoHash());
        leechers.add(leecher);
        return leecher;
    }

    private static ConditionFactory within(int seconds) {
        return await().atMost(Duration.ofSeconds(seconds)).pollInterval(Duration.ofMillis(10));
    }
}
