package dev.shoal.activities.blobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.activities.blobs.GateCheck.Bad;
import dev.shoal.activities.blobs.GateCheck.NotYet;
import dev.shoal.activities.blobs.GateCheck.Verified;
import dev.shoal.model.JobId;
import dev.shoal.model.RegionName;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.torrent.Metainfo;
import dev.shoal.workflows.Lease;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every {@link ArtifactStore} must do. */
abstract class ArtifactStoreContract {
    static final Lease LEASE = new Lease(new JobId(7), 1);

    /** Three parts of 5 MiB at least, whose last one and whose last piece are not full. */
    static final int SIZE = (12 << 20) + 345;

    @TempDir
    Path directory;

    abstract ArtifactStore store();

    abstract RegionName home();

    abstract RegionName other();

    /** Everything that a region holds, finished or not. */
    abstract List<String> keys(RegionName region);

    abstract byte[] stored(RegionName region, String key) throws IOException;

    /** Changes the bytes behind an object and nothing else about it. */
    abstract void tamper(RegionName region, String key, byte[] bytes) throws IOException;

    /** Writes an object under the artifact's key as a careless or malicious writer would. */
    abstract void plant(RegionName region, String key, byte[] bytes, String sha256);

    static byte[] bytes(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    Path file(byte[] bytes) throws IOException {
        return Files.write(directory.resolve("artifact-" + Arrays.hashCode(bytes)), bytes);
    }

    Artifact uploaded(byte[] bytes) throws IOException {
        return store().upload(file(bytes), LEASE, UploadProgress.none());
    }

    static String hex(String algorithm, byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
    }

    @Test
    void storesAFileUnderItsDigestBesideMetainfoThatDescribesIt() throws Exception {
        byte[] bytes = bytes(SIZE, 1);

        Artifact artifact = uploaded(bytes);

        assertThat(artifact.digest().value()).isEqualTo(hex("SHA-256", bytes));
        assertThat(artifact.size()).isEqualTo(SIZE);
        assertThat(stored(home(), artifact.key())).isEqualTo(bytes);
        Metainfo metainfo = Metainfo.parse(stored(home(), artifact.metainfoKey()));
        assertThat(metainfo.infoHash()).isEqualTo(artifact.infoHash());
        for (int piece = 0; piece < metainfo.pieceCount(); piece++) {
            int from = (int) metainfo.pieceOffset(piece);
            byte[] expected = Arrays.copyOfRange(bytes, from, from + metainfo.pieceSize(piece));
            assertThat(HexFormat.of().formatHex(metainfo.pieceHash(piece))).isEqualTo(hex("SHA-1", expected));
        }
        assertThat(keys(home())).containsExactlyInAnyOrder(artifact.key(), artifact.metainfoKey());
    }

    @Test
    void storesAFileOfOneByte() throws Exception {
        Artifact artifact = uploaded(new byte[] {42});

        assertThat(stored(home(), artifact.key())).containsExactly(42);
        assertThat(store().check(artifact, home())).isInstanceOf(Verified.class);
    }

    @Test
    void theSameBytesTwiceAreOneObject() throws Exception {
        byte[] bytes = bytes(SIZE, 2);
        Artifact first = uploaded(bytes);

        Artifact second = store().upload(file(bytes), new Lease(new JobId(8), 1), UploadProgress.none());

        assertThat(second).isEqualTo(first);
        assertThat(keys(home())).containsExactlyInAnyOrder(first.key(), first.metainfoKey());
    }

    @RepeatedTest(5)
    void racingWritersOfTheSameBytesAllSucceed() throws Exception {
        Path file = file(bytes(SIZE, 3));
        List<CompletableFuture<Artifact>> writers = new ArrayList<>();
        for (int job = 1; job <= 3; job++) {
            Lease lease = new Lease(new JobId(job), 1);
            writers.add(CompletableFuture.supplyAsync(
                    () -> store().upload(file, lease, UploadProgress.none()), command -> new Thread(command).start()));
        }

        List<Artifact> artifacts = writers.stream().map(CompletableFuture::join).toList();

        assertThat(artifacts).containsOnly(artifacts.getFirst());
        assertThat(keys(home()))
                .containsExactlyInAnyOrder(
                        artifacts.getFirst().key(), artifacts.getFirst().metainfoKey());
    }

    @Test
    void refusesAnEmptyFile() {
        assertThatThrownBy(() -> uploaded(new byte[0]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("empty");

        assertThat(keys(home())).isEmpty();
    }

    @Test
    void saysThatTheFileIsMissing() {
        assertThatThrownBy(() -> store().upload(directory.resolve("nothing"), LEASE, UploadProgress.none()))
                .isInstanceOf(UncheckedIOException.class)
                .hasCauseInstanceOf(NoSuchFileException.class);
    }

    @Test
    void reportsProgressOnTheCallersThreadUpToTheWholeSize() throws Exception {
        AtomicLong last = new AtomicLong();
        List<Thread> threads = new ArrayList<>();

        store().upload(file(bytes(SIZE, 4)), LEASE, (moved, total) -> {
            assertThat(total).isEqualTo(SIZE);
            assertThat(moved).isGreaterThanOrEqualTo(last.getAndSet(moved));
            threads.add(Thread.currentThread());
        });

        assertThat(last).hasValue(SIZE);
        assertThat(threads).containsOnly(Thread.currentThread());
    }

    @Test
    void anUploadThatItsOwnerStopsLeavesNothing() throws Exception {
        Path file = file(bytes(SIZE, 5));
        IllegalStateException lost = new IllegalStateException("lost ownership");

        assertThatThrownBy(() -> store().upload(file, LEASE, (moved, total) -> {
                    if (moved > 0) {
                        throw lost;
                    }
                }))
                .isSameAs(lost);

        assertThat(keys(home())).isEmpty();
    }

    @Test
    void copiesToAnotherRegionSoThatTheCheckIsSatisfied() throws Exception {
        byte[] bytes = bytes(SIZE, 6);
        Artifact artifact = uploaded(bytes);
        AtomicLong last = new AtomicLong();

        store().replicate(artifact, home(), other(), (moved, total) -> last.set(moved));

        assertThat(stored(other(), artifact.key())).isEqualTo(bytes);
        assertThat(last).hasValue(SIZE);
        assertThat(store().check(artifact, other())).isInstanceOfSatisfying(Verified.class, verified -> {
            assertThat(verified.evidence().size()).isEqualTo(SIZE);
            assertThat(verified.evidence().metadataSha256())
                    .isEqualTo(artifact.digest().value());
            assertThat(verified.evidence().checkedPieces()).contains(SIZE / artifact.pieceLength());
        });
    }

    @Test
    void aRegionWithoutTheArtifactIsNotReadyYet() throws Exception {
        Artifact artifact = uploaded(bytes(100, 7));

        assertThat(store().check(artifact, other())).isInstanceOf(NotYet.class);
    }

    @Test
    void aTruncatedCopyIsBadUntilItIsCopiedAgain() throws Exception {
        Artifact artifact = replicated(bytes(SIZE, 8));
        tamper(other(), artifact.key(), bytes(1000, 8));
        assertThat(store().check(artifact, other())).isInstanceOf(Bad.class);

        store().replicate(artifact, home(), other(), UploadProgress.none());

        assertThat(store().check(artifact, other())).isInstanceOf(Verified.class);
    }

    @Test
    void aFlippedByteInACheckedPieceIsBadUntilItIsCopiedAgain() throws Exception {
        byte[] bytes = bytes(SIZE, 9);
        Artifact artifact = replicated(bytes);
        byte[] flipped = bytes.clone();
        flipped[SIZE - 1] ^= 1;
        tamper(other(), artifact.key(), flipped);
        assertThat(store().check(artifact, other()))
                .isInstanceOfSatisfying(
                        Bad.class, bad -> assertThat(bad.reason()).contains("piece " + SIZE / artifact.pieceLength()));

        store().replicate(artifact, home(), other(), UploadProgress.none());

        assertThat(stored(other(), artifact.key())).isEqualTo(bytes);
    }

    @Test
    void otherBytesOfTheRightSizeUnderTheRightNameAreBad() throws Exception {
        Artifact artifact = uploaded(bytes(SIZE, 10));
        plant(other(), artifact.key(), bytes(SIZE, 11), artifact.digest().value());
        plant(other(), artifact.metainfoKey(), stored(home(), artifact.metainfoKey()), "");

        assertThat(store().check(artifact, other())).isInstanceOf(Bad.class);
    }

    @Test
    void theRightBytesWithoutTheDigestInTheirMetadataAreBad() throws Exception {
        byte[] bytes = bytes(1000, 12);
        Artifact artifact = uploaded(bytes);
        plant(other(), artifact.key(), bytes, "something else");
        plant(other(), artifact.metainfoKey(), stored(home(), artifact.metainfoKey()), "");

        assertThat(store().check(artifact, other())).isInstanceOf(Bad.class);
    }

    @Test
    void anotherArtifactsMetainfoIsBad() throws Exception {
        Artifact artifact = replicated(bytes(1000, 13));
        Artifact another = uploaded(bytes(1000, 14));
        plant(other(), artifact.metainfoKey(), stored(home(), another.metainfoKey()), "");

        assertThat(store().check(artifact, other())).isInstanceOf(Bad.class);
    }

    @Test
    void bytesThatRottedAtHomeAreNotCopied() throws Exception {
        byte[] bytes = bytes(SIZE, 15);
        Artifact artifact = uploaded(bytes);
        bytes[SIZE / 2] ^= 1;
        tamper(home(), artifact.key(), bytes);

        assertThat(store().replicate(artifact, home(), other(), UploadProgress.none()))
                .isInstanceOfSatisfying(
                        CopyResult.SourceBad.class,
                        bad -> assertThat(bad.reason())
                                .contains(
                                        "S3 of region " + home(),
                                        "piece " + SIZE / 2 / artifact.pieceLength() + " has other bytes"));

        assertThat(keys(other())).containsExactly(artifact.metainfoKey());
    }

    @Test
    void aCopyThatItsOwnerStopsLeavesNoArtifact() throws Exception {
        Artifact artifact = uploaded(bytes(SIZE, 16));
        IllegalStateException stop = new IllegalStateException("stop");

        assertThatThrownBy(() -> store().replicate(artifact, home(), other(), (moved, total) -> {
                    if (moved > 0) {
                        throw stop;
                    }
                }))
                .isSameAs(stop);

        assertThat(keys(other())).containsExactly(artifact.metainfoKey());
    }

    private Artifact replicated(byte[] bytes) throws IOException {
        Artifact artifact = uploaded(bytes);
        store().replicate(artifact, home(), other(), UploadProgress.none());
        return artifact;
    }
}
