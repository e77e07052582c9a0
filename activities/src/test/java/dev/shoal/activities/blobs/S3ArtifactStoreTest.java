package dev.shoal.activities.blobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.activities.blobs.GateCheck.Bad;
import dev.shoal.activities.blobs.GateCheck.Verified;
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
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

class S3ArtifactStoreTest extends ArtifactStoreContract {
    @RegisterExtension
    static final S3Cluster CLUSTER = new S3Cluster();

    private final ExecutorService pool = Executors.newCachedThreadPool();

    @AfterEach
    void stopPool() {
        pool.shutdownNow();
    }

    @Override
    ArtifactStore store() {
        return storeOn(CLUSTER.regions());
    }

    private ArtifactStore storeOn(S3Regions regions) {
        TransferSettings small = new TransferSettings(5 << 20, 5 << 20, 2);
        return new S3ArtifactStore(regions, home(), pool, small, new Random(1), Clock.systemUTC());
    }

    @Override
    RegionName home() {
        return S3Cluster.EU;
    }

    @Override
    RegionName other() {
        return S3Cluster.US;
    }

    @Override
    List<String> keys(RegionName region) {
        return CLUSTER.keys(region);
    }

    @Override
    byte[] stored(RegionName region, String key) throws IOException {
        return Files.readAllBytes(CLUSTER.file(region, key));
    }

    @Override
    void tamper(RegionName region, String key, byte[] bytes) throws IOException {
        // In place, so that the extended attributes with the object's metadata stay.
        try (FileChannel channel = FileChannel.open(CLUSTER.file(region, key), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes));
            channel.truncate(bytes.length);
        }
    }

    @Override
    void plant(RegionName region, String key, byte[] bytes, String sha256) {
        CLUSTER.regions().bucket(region).put(key, bytes, Map.of(ArtifactProbe.SHA256, sha256));
    }

    @Test
    void aResumedUploadSendsOnlyTheMissingParts() throws Exception {
        byte[] bytes = bytes(SIZE, 20);
        Path file = file(bytes);
        failPart(3);
        assertThatThrownBy(() -> store().upload(file, LEASE, UploadProgress.none()))
                .isInstanceOf(BlobStoreException.class);
        CLUSTER.calls().before(request -> {});
        CLUSTER.calls().forget();

        Artifact artifact = store().upload(file, LEASE, UploadProgress.none());

        assertThat(CLUSTER.calls().of(UploadPartRequest.class))
                .extracting(UploadPartRequest::partNumber)
                .containsExactly(3);
        assertThat(stored(home(), artifact.key())).isEqualTo(bytes);
        assertThat(keys(home())).containsExactlyInAnyOrder(artifact.key(), artifact.metainfoKey());
    }

    @Test
    void aResumedUploadOfOtherBytesSendsThem() throws Exception {
        failPart(3);
        Path first = file(bytes(SIZE, 21));
        assertThatThrownBy(() -> store().upload(first, LEASE, UploadProgress.none()))
                .isInstanceOf(BlobStoreException.class);
        CLUSTER.calls().before(request -> {});
        byte[] bytes = bytes(SIZE, 22);

        Artifact artifact = uploaded(bytes);

        assertThat(stored(home(), artifact.key())).isEqualTo(bytes);
    }

    @Test
    void aNewAttemptDropsWhatTheOlderOneLeftAndNothingElse() throws Exception {
        S3Bucket bucket = CLUSTER.regions().bucket(home());
        MultipartWrite.begin(bucket, "uploads/7-1", Map.of());
        bucket.put("uploads/7-2", new byte[] {1}, Map.of());
        MultipartWrite.begin(bucket, "uploads/7-10", Map.of());
        MultipartWrite.begin(bucket, "uploads/77-1", Map.of());

        store().upload(file(bytes(10, 23)), new Lease(new JobId(7), 3), UploadProgress.none());

        assertThat(keys(home()))
                .filteredOn(key -> key.contains("uploads/"))
                .containsExactlyInAnyOrder("unfinished uploads/7-10", "unfinished uploads/77-1");
    }

    @Test
    void discardDropsTheAttemptsUnfinishedUpload() throws Exception {
        failPart(2);
        Path file = file(bytes(SIZE, 24));
        assertThatThrownBy(() -> store().upload(file, LEASE, UploadProgress.none()))
                .isInstanceOf(BlobStoreException.class);
        assertThat(keys(home())).containsExactly("unfinished uploads/7-1");

        store().discard(LEASE);

        assertThat(keys(home())).isEmpty();
    }

    @Test
    void whoeverComesSecondAtTheVeryLastMomentSucceedsWithTheFirstOnesObject() throws Exception {
        byte[] bytes = bytes(SIZE, 25);
        Path file = file(bytes);
        AtomicBoolean raced = new AtomicBoolean();
        beforeCompletionOf("artifacts/", request -> {
            if (raced.compareAndSet(false, true)) {
                storeOn(CLUSTER.open(new S3Calls())).upload(file, new Lease(new JobId(8), 1), UploadProgress.none());
            }
        });

        Artifact artifact = uploaded(bytes);

        assertThat(raced).isTrue();
        assertThat(stored(home(), artifact.key())).isEqualTo(bytes);
        assertThat(keys(home())).containsExactlyInAnyOrder(artifact.key(), artifact.metainfoKey());
    }

    @Test
    void otherBytesThatSlipInAtTheVeryLastMomentAreNotTakenForTheArtifact() throws Exception {
        byte[] bytes = bytes(1000, 26);
        beforeCompletionOf("artifacts/", request -> plant(home(), request.key(), bytes(1000, 27), "x"));

        assertThatThrownBy(() -> uploaded(bytes))
                .isInstanceOf(BlobStoreException.class)
                .hasMessageContaining("written by somebody else");
    }

    @Test
    void theMetainfoIsThereBeforeTheArtifactIsVisible() throws Exception {
        AtomicBoolean there = new AtomicBoolean();
        beforeCompletionOf(
                "artifacts/",
                request -> there.set(CLUSTER.regions()
                        .bucket(home())
                        .head(request.key() + ".torrent")
                        .isPresent()));

        uploaded(bytes(1000, 28));

        assertThat(there).isTrue();
    }

    @Test
    void aRegionThatHasMetadataButNoBytesIsBad() throws Exception {
        Artifact artifact = uploaded(bytes(SIZE, 29));
        store().replicate(artifact, home(), other(), UploadProgress.none());
        tamper(other(), artifact.key(), new byte[0]);
        CLUSTER.calls()
                .lieInHead(
                        head -> head.toBuilder().contentLength(artifact.size()).build());

        assertThat(store().check(artifact, other()))
                .isInstanceOfSatisfying(
                        Bad.class, bad -> assertThat(bad.reason()).contains("0 of"));
    }

    @Test
    void aCopyThatIsThereAlreadyMovesNoBytes() throws Exception {
        Artifact artifact = uploaded(bytes(SIZE, 30));
        store().replicate(artifact, home(), other(), UploadProgress.none());
        CLUSTER.calls().forget();

        store().replicate(artifact, home(), other(), UploadProgress.none());

        assertThat(CLUSTER.calls().of(UploadPartRequest.class)).isEmpty();
        assertThat(store().check(artifact, other())).isInstanceOf(Verified.class);
    }

    @Test
    void anUnknownRegionIsTheCallersMistake() throws Exception {
        Artifact artifact = uploaded(bytes(10, 31));

        assertThatThrownBy(() -> store().check(artifact, new RegionName("mars")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("mars");
    }

    private static void failPart(int number) {
        CLUSTER.calls().before(request -> {
            if (request instanceof UploadPartRequest part && part.partNumber() == number) {
                throw SdkClientException.create("the network is gone");
            }
        });
    }

    private static void beforeCompletionOf(String prefix, Consumer<CompleteMultipartUploadRequest> action) {
        CLUSTER.calls().before((SdkRequest request) -> {
            if (request instanceof CompleteMultipartUploadRequest complete
                    && complete.key().startsWith(prefix)) {
                action.accept(complete);
            }
        });
    }
}
