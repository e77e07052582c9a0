package dev.shoal.agent.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.shoal.model.InfoHash;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LibtorrentSwarmTest {
    /** Bytes a second. */
    private static final int CAP = 8 << 20;

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path dir;

    private final List<Swarm> open = new ArrayList<>();
    private TinyTracker tracker;

    @BeforeEach
    void startTracker() throws IOException {
        tracker = new TinyTracker();
    }

    @AfterEach
    void stopAll() {
        open.forEach(Swarm::close);
        tracker.close();
    }

    @Test
    void threeLeechersGetTheBytesOfOneSeed() throws IOException {
        TestArtifact artifact = TestArtifact.random(1, 16 << 20, 256 << 10);
        artifact.writeTo(dir.resolve("seed"));
        Peer seed = peer("seed");
        seed.swarm.add(torrent(artifact, "seed", true));
        List<Peer> leechers = List.of(peer("a"), peer("b"), peer("c"));

        for (Peer leecher : leechers) {
            leecher.swarm.add(torrent(artifact, leecher.name, false));
        }

        for (Peer leecher : leechers) {
            await().atMost(LIMIT).until(() -> leecher.finished(artifact));
            assertThat(torrent(artifact, leecher.name, false).file()).hasBinaryContent(artifact.bytes());
            assertThat(leecher.status(artifact).state()).isEqualTo(SwarmStatus.State.SEEDING);
        }
        await().atMost(LIMIT).until(() -> seed.finished(artifact));
    }

    @Test
    void aCleanStopResumesWithoutFetchingAnythingTwice() throws IOException {
        TestArtifact artifact = TestArtifact.random(2, 16 << 20, 256 << 10);
        artifact.writeTo(dir.resolve("seed"));
        Peer seed = peer("seed");
        seed.swarm.limits(4 << 20, 0);
        seed.swarm.add(torrent(artifact, "seed", true));
        Peer first = peer("a");
        first.swarm.add(torrent(artifact, "a", false));
        await().atMost(LIMIT).until(() -> first.status(artifact).progressBytes() > 4 << 20);

        first.swarm.close();

        assertThat(torrent(artifact, "a", false).resumeData()).exists();
        seed.swarm.limits(0, 0);
        long sentBefore = seed.status(artifact).uploaded();
        Peer second = peer("a");
        second.swarm.add(torrent(artifact, "a", false));
        await().atMost(LIMIT).until(() -> second.finished(artifact));
        assertThat(torrent(artifact, "a", false).file()).hasBinaryContent(artifact.bytes());
        assertThat(seed.status(artifact).uploaded() - sentBefore).isLessThan(13 << 20);
    }

    /**
     * Counted from before the download begins, so that a pause of this machine cannot look like more than the limit. At its beginning
     * libtorrent spends nearly half a second of a download limit in advance: 12 s are enough to keep that within the 5 %.
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void neverMovesMoreThanFivePerCentOverItsLimit(boolean up) throws IOException {
        TestArtifact artifact = TestArtifact.random(9, (up ? 4 : 12) * CAP, 256 << 10);
        artifact.writeTo(dir.resolve("seed"));
        Peer seed = peer("seed");
        Peer leecher = peer("a");
        (up ? seed : leecher).swarm.limits(up ? CAP : 0, up ? 0 : CAP);
        seed.swarm.add(torrent(artifact, "seed", true));
        await().atMost(LIMIT).until(() -> tracker.peers() == 1);
        long start = System.nanoTime();
        leecher.swarm.add(torrent(artifact, "a", false));

        await().atMost(LIMIT).pollInterval(Duration.ofMillis(10)).until(() -> leecher.finished(artifact));

        double perSecond = artifact.bytes().length / ((System.nanoTime() - start) / 1e9);
        assertThat(perSecond).isLessThan(1.05 * CAP);
    }

    /**
     * libtorrent's own queue would let three run at a time, and slots for the whole seed as many as it has: each torrent has its own, here one.
     * Jain's index is 1 if all have the same, 1/20 if one has all; in so short a time each is ahead of others by what it has asked for,
     * a second's worth (0.87 to 0.95 measured; 0.5 with eight slots for all).
     */
    @Test
    void twentyDownloadsShareTheLimitOfAMachineAndOneThatIsCancelledLeavesTheOthersAlone() throws IOException {
        Peer seed = peer("seed", 1);
        Peer leecher = peer("a");
        leecher.swarm.limits(0, CAP);
        List<TestArtifact> artifacts = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            TestArtifact artifact = TestArtifact.random(100 + i, CAP / 4, 64 << 10);
            artifact.writeTo(dir.resolve("seed"));
            seed.swarm.add(torrent(artifact, "seed", true));
            artifacts.add(artifact);
        }
        await().atMost(LIMIT).until(() -> tracker.peers() == 20);
        for (TestArtifact artifact : artifacts) {
            leecher.swarm.add(torrent(artifact, "a", false));
        }

        await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> sum(progress(leecher, artifacts)) > 2.5 * CAP);
        double[] halfWay = progress(leecher, artifacts);
        TestArtifact cancelled = artifacts.removeFirst();
        leecher.swarm.remove(cancelled.metainfo().infoHash());

        assertThat(jain(halfWay))
                .as("bytes of each: %s", Arrays.toString(halfWay))
                .isGreaterThan(0.75);
        assertThat(Arrays.stream(halfWay).min().orElseThrow()).isGreaterThan(0.25 * sum(halfWay) / halfWay.length);
        for (TestArtifact artifact : artifacts) {
            await().atMost(LIMIT).until(() -> leecher.finished(artifact));
        }
        assertThat(leecher.finished(cancelled)).isFalse();
        assertThat(leecher.swarm.status(cancelled.metainfo().infoHash())).isEmpty();
    }

    private static double[] progress(Peer peer, List<TestArtifact> artifacts) {
        return artifacts.stream()
                .mapToDouble(a -> peer.status(a).progressBytes())
                .toArray();
    }

    private static double sum(double[] values) {
        return Arrays.stream(values).sum();
    }

    private static double jain(double[] values) {
        double squares = Arrays.stream(values).map(v -> v * v).sum();
        return sum(values) * sum(values) / (values.length * squares);
    }

    @Test
    void aPartialFileWithoutResumeDataIsCheckedAndNotFetchedAgain() throws IOException {
        TestArtifact artifact = TestArtifact.random(3, 16 << 20, 256 << 10);
        artifact.writeTo(dir.resolve("seed"));
        byte[] partial = artifact.bytes().clone();
        Arrays.fill(partial, 12 << 20, 16 << 20, (byte) 0);
        Files.createDirectories(dir.resolve("a"));
        Files.write(torrent(artifact, "a", false).file(), partial);
        Peer seed = peer("seed");
        seed.swarm.add(torrent(artifact, "seed", true));
        Peer leecher = peer("a");

        leecher.swarm.add(torrent(artifact, "a", false));

        await().atMost(LIMIT).until(() -> leecher.finished(artifact));
        assertThat(torrent(artifact, "a", false).file()).hasBinaryContent(artifact.bytes());
        assertThat(leecher.status(artifact).downloaded()).isLessThan(5 << 20);
    }

    @Test
    void wrongBytesAreRefusedPieceByPiece() throws IOException {
        TestArtifact artifact = TestArtifact.random(4, 4 << 20, 256 << 10);
        Path file = artifact.writeTo(dir.resolve("liar"));
        byte[] wrong = artifact.bytes().clone();
        for (int at = 0; at < wrong.length; at += 64 << 10) {
            wrong[at] ^= 1;
        }
        Files.write(file, wrong);
        Peer liar = peer("liar");
        var unused = LiarTorrent.addWithoutChecks((LibtorrentSwarm) liar.swarm, torrent(artifact, "liar", false));
        Peer leecher = peer("a");

        leecher.swarm.add(torrent(artifact, "a", false));

        await().atMost(LIMIT).until(() -> leecher.events.stream().anyMatch(SwarmEvent.PieceFailed.class::isInstance));
        assertThat(leecher.finished(artifact)).isFalse();
        assertThat(leecher.status(artifact).progressBytes()).isZero();
    }

    @Test
    void removingStopsTheTransferAndKeepsTheFile() throws IOException {
        TestArtifact artifact = TestArtifact.random(6, 1 << 20, 256 << 10);
        artifact.writeTo(dir.resolve("seed"));
        Peer seed = peer("seed");
        seed.swarm.add(torrent(artifact, "seed", true));
        await().atMost(LIMIT).until(() -> tracker.peers() == 1);

        seed.swarm.remove(artifact.metainfo().infoHash());

        assertThat(seed.swarm.status(artifact.metainfo().infoHash())).isEmpty();
        assertThat(torrent(artifact, "seed", true).file()).exists();
        await().atMost(LIMIT).until(() -> tracker.peers() == 0);
    }

    @Test
    void aClosedSwarmSaysSo() throws IOException {
        Peer peer = peer("a");

        peer.swarm.close();
        peer.swarm.close();

        assertThatThrownBy(() -> peer.swarm.status(new InfoHash("0".repeat(40))))
                .isInstanceOf(SwarmException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void aTakenPortIsRefused() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            SwarmConfig config = new SwarmConfig("127.0.0.1", taken.getLocalPort(), dir.resolve("native"), 8);

            assertThatThrownBy(() -> LibtorrentSwarm.open(config, event -> {}))
                    .isInstanceOf(SwarmException.class)
                    .hasMessageContaining(String.valueOf(taken.getLocalPort()));
        }
    }

    @Test
    void aProcessWithoutTheSignalShimIsRefusedWithTheRemedy() throws IOException {
        Path maps = Files.writeString(dir.resolve("maps"), "7f00-7f01 r-xp 0 0 1 /usr/lib/libc.so.6\n");

        assertThatThrownBy(() -> SignalGuard.requireShim(maps))
                .isInstanceOf(SwarmException.class)
                .hasMessageContaining("LD_PRELOAD=");
    }

    private SwarmTorrent torrent(TestArtifact artifact, String name, boolean seedMode) throws IOException {
        Path home = Files.createDirectories(dir.resolve(name));
        return new SwarmTorrent(artifact.metainfo(), home, List.of(tracker.url()), seedMode, home.resolve("resume"));
    }

    private Peer peer(String name) {
        return peer(name, 8);
    }

    private Peer peer(String name, int slots) {
        List<SwarmEvent> events = new CopyOnWriteArrayList<>();
        SwarmConfig config = new SwarmConfig("127.0.0.1", 0, dir.resolve("native"), slots);
        Peer peer = new Peer(name, LibtorrentSwarm.open(config, events::add), events);
        open.add(peer.swarm);
        return peer;
    }

    private record Peer(String name, Swarm swarm, List<SwarmEvent> events) {
        boolean finished(TestArtifact artifact) {
            return events.contains(new SwarmEvent.Finished(artifact.metainfo().infoHash()));
        }

        SwarmStatus status(TestArtifact artifact) {
            return swarm.status(artifact.metainfo().infoHash()).orElseThrow();
        }
    }
}
