package dev.shoal.activities.blobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.activities.blobs.GateCheck.Away;
import dev.shoal.activities.blobs.GateCheck.Bad;
import dev.shoal.activities.blobs.GateCheck.NotYet;
import dev.shoal.activities.blobs.GateCheck.Verified;
import dev.shoal.dev.chaos.Faults;
import dev.shoal.model.JobId;
import dev.shoal.model.RegionName;
import dev.shoal.model.job.Artifact;
import dev.shoal.workflows.Lease;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/** Copies and checks on real S3 servers that fail, cut, lie and fall silent. */
class RegionFaultsTest {
    @RegisterExtension
    static final S3Cluster CLUSTER = new S3Cluster();

    private static final RegionName HOME = S3Cluster.EU;
    private static final RegionName AWAY = S3Cluster.US;
    private static final int PART = 5 << 20;
    private static final int SIZE = 4 * PART + 345;

    @TempDir
    Path directory;

    private final ThreadPoolExecutor pool = (ThreadPoolExecutor) Executors.newCachedThreadPool();
    private Artifact artifact;
    private byte[] bytes;

    private S3ArtifactStore store() {
        return new S3ArtifactStore(
                CLUSTER.regions(), HOME, pool, new TransferSettings(PART, 2), new Random(1), Clock.systemUTC());
    }

    @BeforeEach
    void upload() throws IOException {
        bytes = new byte[SIZE];
        new Random(5).nextBytes(bytes);
        Path file = Files.write(directory.resolve("artifact"), bytes);
        artifact = store().upload(file, new Lease(new JobId(7), 1), UploadProgress.none());
        CLUSTER.calls().forget();
    }

    @AfterEach
    void stopPool() {
        pool.shutdownNow();
    }

    private CopyResult copy(S3ArtifactStore store) {
        return store.replicate(artifact, HOME, AWAY, UploadProgress.none());
    }

    private void assertCopied() throws IOException {
        assertThat(Files.readAllBytes(CLUSTER.file(AWAY, artifact.key()))).isEqualTo(bytes);
        assertThat(CLUSTER.keys(AWAY)).containsExactlyInAnyOrder(artifact.key(), artifact.metainfoKey());
        assertThat(store().check(artifact, AWAY)).isInstanceOf(Verified.class);
    }

    /** Copies until it is done, as Temporal would, and returns how often that was asked for. */
    private int copyStubbornly(int most) {
        for (int attempt = 1; attempt <= most; attempt++) {
            try {
                // A new store each time, as another process would have: nothing is remembered but what S3 holds.
                if (copy(store()) instanceof CopyResult.Done) {
                    return attempt;
                }
            } catch (BlobStoreException e) {
                // Temporal would call again.
            }
        }
        throw new AssertionError("not copied within " + most + " attempts");
    }

    @Test
    void aCopyGoesOnWhereAnotherProcessWasKilledAndSendsOnlyTheMissingParts() throws Exception {
        kill(2);
        assertThat(CLUSTER.keys(AWAY)).contains("unfinished " + artifact.key());
        int before = sentParts().size();
        CLUSTER.calls().forget();

        assertThat(copy(store())).isInstanceOf(CopyResult.Done.class);

        assertThat(before).isPositive();
        assertThat(sentParts()).doesNotContain(1, 2).contains(5);
        assertCopied();
    }

    /** As kill -9 would: the threads stop where they are, and nobody tidies up. */
    private void kill(int afterParts) throws Exception {
        AtomicReference<Thread> copier = new AtomicReference<>();
        S3ArtifactStore store = store();
        CompletableFuture<Throwable> end = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                store.replicate(artifact, HOME, AWAY, (moved, total) -> {
                    if (moved >= (long) afterParts * PART) {
                        copier.get().interrupt();
                    }
                });
                end.complete(new AssertionError("it ended"));
            } catch (CancellationException e) {
                end.complete(e);
            }
        });
        copier.set(thread);
        thread.start();
        assertThat(end.get()).isInstanceOf(CancellationException.class);
    }

    @Test
    void aStoredPartWithOtherBytesIsSentAgain() throws Exception {
        S3Bucket region = CLUSTER.regions().bucket(AWAY);
        MultipartWrite planted = MultipartWrite.begin(
                region, artifact.key(), Map.of("sha256", artifact.digest().value()));
        planted.put(new PartLayout.Part(1, 0, PART), new byte[PART]);
        planted.put(new PartLayout.Part(2, PART, PART), java.util.Arrays.copyOfRange(bytes, PART, 2 * PART));
        CLUSTER.calls().forget();

        assertThat(copy(store())).isInstanceOf(CopyResult.Done.class);

        assertThat(sentParts()).contains(1).doesNotContain(2);
        assertCopied();
    }

    @Test
    void aRegionThatFailsEveryFifthRequestGetsTheWholeArtifactAllTheSame() throws Exception {
        CLUSTER.chaos(AWAY).play(new Faults(21, 0.2, 0.1, 0.05, 0, 0, false, false, false, 0));

        copyStubbornly(30);

        assertThat(CLUSTER.chaos(AWAY).counts()).containsKeys("errors");
        CLUSTER.chaos(AWAY).play(Faults.NONE);
        assertCopied();
    }

    @Test
    void bytesThatChangeOnTheWayFromHomeAreNeverCopied() throws Exception {
        CLUSTER.chaos(HOME).play(new Faults(4, 0, 0, 0.3, 0, 0, false, false, false, 0));

        copyStubbornly(60);

        assertThat(CLUSTER.chaos(HOME).counts().get("corruptions")).isPositive();
        assertCopied();
    }

    @Test
    void bytesThatAreRottenAtHomeAreSaidToBeSoAndNotCopied() throws Exception {
        rot(2 * PART + 17);

        CopyResult result = copy(store());

        assertThat(result)
                .isInstanceOfSatisfying(
                        CopyResult.SourceBad.class,
                        bad -> assertThat(bad.reason())
                                .contains("S3 of region eu", artifact.key(), "has other bytes than its metainfo says"));
        assertThat(CLUSTER.keys(AWAY)).doesNotContain(artifact.key(), "unfinished " + artifact.key());
    }

    @Test
    void anArtifactThatIsTruncatedAtHomeIsSaidToBeSo() throws Exception {
        try (FileChannel file = FileChannel.open(CLUSTER.file(HOME, artifact.key()), StandardOpenOption.WRITE)) {
            file.truncate(3 * PART);
        }

        assertThat(copy(store()))
                .isInstanceOfSatisfying(
                        CopyResult.SourceBad.class,
                        bad -> assertThat(bad.reason()).contains("is truncated at byte " + 3 * PART));
    }

    @Test
    void whatIsCondemnedAtHomeIsReplacedByTheNextUploadThoughALookSeesNothingWrong() throws Exception {
        rot(2 * PART + 17);
        Path file = Files.write(directory.resolve("again"), bytes);
        assertThat(store().check(artifact, HOME)).isInstanceOf(Verified.class);
        store().condemn(artifact, HOME, "a copy found it rotten");

        assertThat(store().upload(file, new Lease(new JobId(8), 1), UploadProgress.none()))
                .isEqualTo(artifact);

        assertThat(Files.readAllBytes(CLUSTER.file(HOME, artifact.key()))).isEqualTo(bytes);
        assertThat(CLUSTER.keys(HOME)).containsExactlyInAnyOrder(artifact.key(), artifact.metainfoKey());
        assertThat(copy(store())).isInstanceOf(CopyResult.Done.class);
        assertCopied();
    }

    /** One bit of what lies in the home region, in place. */
    private void rot(int offset) throws IOException {
        try (FileChannel file = FileChannel.open(CLUSTER.file(HOME, artifact.key()), StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[] {(byte) (bytes[offset] ^ 1)}), offset);
        }
    }

    @Test
    void aRegionWhoseReadsAreWrongEachTimeIsBadAndOneWhoseReadsAreSometimesWrongIsNot() {
        copy(store());
        CLUSTER.chaos(AWAY).play(Faults.corruption(1));
        assertThat(store().check(artifact, AWAY)).isInstanceOf(Bad.class);

        CLUSTER.chaos(AWAY).play(new Faults(3, 0, 0, 0.2, 0, 0, false, false, false, 0));

        int verified = 0;
        for (int i = 0; i < 10; i++) {
            verified += store().check(artifact, AWAY) instanceof Verified ? 1 : 0;
        }
        assertThat(verified).isGreaterThan(6);
    }

    @Test
    void aStaleHeadOfAnObjectThatIsGoneDoesNotPass() {
        copy(store());
        store().check(artifact, AWAY);
        CLUSTER.regions().bucket(AWAY).delete(artifact.key());
        CLUSTER.chaos(AWAY).play(Faults.staleHeads());

        assertThat(store().check(artifact, AWAY)).isEqualTo(new NotYet("the object is gone again"));
    }

    @Test
    void aBlackHoleIsAnsweredForAtOnceOnceItIsKnown() {
        S3ArtifactStore store = store();
        CLUSTER.chaos(AWAY).play(Faults.hole());
        long start = System.nanoTime();

        assertThat(store.check(artifact, AWAY)).isInstanceOf(Away.class);
        Duration first = Duration.ofNanos(System.nanoTime() - start);
        for (int i = 0; i < 200; i++) {
            assertThat(store.check(artifact, AWAY)).isInstanceOf(Away.class);
            assertThat(copy(store)).isInstanceOf(CopyResult.Deferred.class);
        }

        // HEAD's own limits: two attempts of 4 s; then the region is asked once every second, two, four seconds.
        assertThat(first).isBetween(Duration.ofSeconds(4), Duration.ofSeconds(40));
        assertThat(CLUSTER.chaos(AWAY).counts().get("swallowed")).isLessThan(20);
        assertThat(pool.getActiveCount()).isZero();
    }

    @Test
    void aRegionThatFallsSilentInTheMiddleOfACopyDelaysOnlyItself() throws Exception {
        S3ArtifactStore store = store();
        CountDownLatch begun = new CountDownLatch(1);
        AtomicLong beats = new AtomicLong();
        AtomicReference<Throwable> stop = new AtomicReference<>(new IllegalStateException("enough"));
        CLUSTER.chaos(AWAY).play(Faults.bandwidth(1 << 20));
        ExecutorService lanes = Executors.newCachedThreadPool();
        CompletableFuture<CopyResult> stuck = CompletableFuture.supplyAsync(
                () -> store.replicate(artifact, HOME, AWAY, (moved, total) -> {
                    begun.countDown();
                    if (beats.incrementAndGet() > 3) {
                        throw (IllegalStateException) stop.get();
                    }
                }),
                lanes);
        begun.await();
        CLUSTER.chaos(AWAY).play(Faults.hole());

        // Another region has its own connections, buffers and threads: it goes on as if nothing were.
        CLUSTER.regions().bucket(HOME).delete(artifact.metainfoKey());
        GateCheck home = store.check(artifact, HOME);

        assertThat(home).isEqualTo(new NotYet("no metainfo"));
        // It reports every second all the while, so the heartbeat goes on and its owner can stop it.
        assertThatThrownBy(stuck::get).hasRootCauseMessage("enough");
        lanes.shutdown();
    }

    private static List<Integer> sentParts() {
        return CLUSTER.calls().of(UploadPartRequest.class).stream()
                .map(UploadPartRequest::partNumber)
                .toList();
    }
}
