package dev.shoal.agent.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.agent.swarm.LibtorrentSwarm;
import dev.shoal.agent.swarm.SwarmConfig;
import dev.shoal.agent.swarm.SwarmEvent;
import dev.shoal.agent.swarm.SwarmStatus;
import dev.shoal.agent.swarm.TestArtifact;
import dev.shoal.model.InfoHash;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine that has the former version, and a new one that shares six of its eight pieces with it, two of them elsewhere. */
class PieceReuseTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int PIECE = 256 << 10;
    private static final TestArtifact OLD = TestArtifact.random(1, 8 * PIECE, PIECE);
    private static final TestArtifact FRESH = TestArtifact.random(2, 2 * PIECE, PIECE);
    private static final TestArtifact NEW = TestArtifact.of(
            joined(
                    piece(OLD, 0),
                    piece(FRESH, 0),
                    piece(OLD, 2),
                    piece(OLD, 3),
                    piece(OLD, 7),
                    piece(OLD, 6),
                    piece(FRESH, 1),
                    piece(OLD, 1)),
            PIECE);

    @TempDir
    Path dir;

    private final Set<InfoHash> finished = ConcurrentHashMap.newKeySet();
    private RegionStandIn region;
    private LibtorrentSwarm swarm;
    private Downloads downloads;
    private Transfers transfers;

    @BeforeEach
    void start() throws IOException {
        region = new RegionStandIn(dir.resolve("region"));
        downloads = new Downloads(dir, Optional.of(new BootId("this")));
        swarm = LibtorrentSwarm.open(new SwarmConfig("127.0.0.1", 0, dir.resolve("region/native"), 8), event -> {
            if (event instanceof SwarmEvent.Finished done) {
                finished.add(done.infoHash());
            }
        });
        transfers = new Transfers(
                downloads,
                swarm,
                new RegionAgents(
                        HttpClient.newHttpClient(),
                        List.of(region.url()),
                        List.of(region.url().resolve("/announce")),
                        0,
                        null));
        region.offer(NEW);
    }

    @AfterEach
    void stop() {
        swarm.close();
        region.close();
    }

    @Test
    void whatTheFormerVersionHasIsNotFetched() throws IOException {
        have(OLD.bytes());

        SwarmStatus status = downloaded();

        assertThat(status.downloaded()).isEqualTo(2 * PIECE);
        assertThat(transfers.reused()).isEqualTo(6 * PIECE);
    }

    @Test
    void whatHasRottenInTheFormerVersionIsFetched() throws IOException {
        have(OLD.bytes());
        byte[] rotten = OLD.bytes().clone();
        Arrays.fill(rotten, 3 * PIECE, 4 * PIECE, (byte) 7);
        Files.write(downloads.file(OLD.metainfo().digest()), rotten);

        assertThat(downloaded().downloaded()).isEqualTo(3 * PIECE);
    }

    @Test
    void aFormerVersionThatWasNeverFoundRightOrSharesLittleIsLeftAlone() throws IOException {
        downloads.keepMetainfo(OLD.metainfo());
        Files.write(downloads.file(OLD.metainfo().digest()), OLD.bytes());

        assertThat(downloaded().downloaded()).isEqualTo(8 * PIECE);
        assertThat(transfers.reused()).isZero();
        TestArtifact other = TestArtifact.of(
                joined(piece(OLD, 0), TestArtifact.random(3, 16 * PIECE, PIECE).bytes()), PIECE);
        PieceReuse.Source old = new PieceReuse.Source(OLD.metainfo(), dir);
        assertThat(PieceReuse.plan(other.metainfo(), List.of(old))).isEmpty();
    }

    @Test
    void aDownloadThatHasBegunGoesOnWithWhatItHas() throws IOException {
        have(OLD.bytes());
        byte[] begun = new byte[8 * PIECE];
        System.arraycopy(FRESH.bytes(), 0, begun, PIECE, PIECE);
        Files.write(downloads.file(NEW.metainfo().digest()), begun);

        assertThat(downloaded().downloaded()).isEqualTo(7 * PIECE);
        assertThat(transfers.reused()).isZero();
    }

    @Test
    void aShorterLastPieceIsCopiedOnlyToWhereItIsLastToo() {
        byte[] tail = Arrays.copyOf(piece(FRESH, 0), 1000);
        TestArtifact shorter = TestArtifact.of(joined(piece(OLD, 0), tail), PIECE);
        TestArtifact longer = TestArtifact.of(joined(piece(OLD, 0), piece(OLD, 1), tail), PIECE);
        PieceReuse.Source source = new PieceReuse.Source(shorter.metainfo(), dir);

        assertThat(PieceReuse.plan(longer.metainfo(), List.of(source)))
                .containsExactly(
                        new PieceReuse.Copy(dir, 0, 0, PIECE), new PieceReuse.Copy(dir, PIECE, 2L * PIECE, 1000));
    }

    private void have(byte[] old) throws IOException {
        downloads.keepMetainfo(OLD.metainfo());
        Files.write(downloads.file(OLD.metainfo().digest()), old);
        assertThat(downloads.verify(OLD.metainfo().digest(), old.length)).isTrue();
    }

    private SwarmStatus downloaded() throws IOException {
        transfers.download(NEW.metainfo());
        InfoHash infoHash = NEW.metainfo().infoHash();
        await().atMost(LIMIT).until(() -> finished.contains(infoHash));
        assertThat(downloads.file(NEW.metainfo().digest())).hasBinaryContent(NEW.bytes());
        return swarm.status(infoHash).orElseThrow();
    }

    private static byte[] piece(TestArtifact of, int index) {
        return Arrays.copyOfRange(of.bytes(), index * PIECE, (index + 1) * PIECE);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
