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
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
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
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
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
        TransferSettings small = new TransferSettings(5 << 20, 2);
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
    void anotherAttemptInAnotherProcessSendsOnlyTheMissingPartsOfTheSameBytes() throws Exception {
        byte[] bytes = bytes(SIZE, 23);
        Path file = file(bytes);
        failPart(3);
        assertThatThrownBy(() -> store().upload(file, LEASE, UploadProgress.none()))
                .isInstanceOf(BlobStoreException.class);
        S3Calls calls = new S3Calls();

        Artifact artifact = storeOn(CLUSTER.open(calls))
                .upload(file, new Lease(LEASE.job(), LEASE.attempt() + 1), UploadProgress.none());

        assertThat(calls.of(UploadPartRequest.class))
                .extracting(UploadPartRequest::partNumber)
                .containsExactly(3);
        assertThat(stored(home(), artifact.key())).isEqualTo(bytes);
        assertThat(keys(home())).containsExactlyInAnyOrder(artifact.key(), artifact.metainfoKey());
    }

    @Test
    void anUploadWhoseProcessDiesBeforeItIsPublishedSendsNoPartAgain() throws Exception {
        byte[] bytes = bytes(SIZE, 32);
        Path file = file(bytes);
        beforeCompletionOf("artifacts/", request -> {
            throw SdkClientException.create("the process is gone");
        });
        assertThatThrownBy(() -> store().upload(file, LEASE, UploadProgress.none()))
                .isInstanceOf(BlobStoreException.class);
        S3Calls calls = new S3Calls();

        Artifact artifact = storeOn(CLUSTER.open(calls)).upload(file, LEASE, UploadProgress.none());

        assertThat(calls.of(UploadPartRequest.class)).isEmpty();
        assertThat(stored(home(), artifact.key())).isEqualTo(bytes);
    }

    @Test
    void bytesThatTheRegionHoldsAreNotSent() throws Exception {
        byte[] bytes = bytes(SIZE, 33);
        uploaded(bytes);
        S3Calls calls = new S3Calls();

        storeOn(CLUSTER.open(calls)).upload(file(bytes), new Lease(new JobId(9), 1), UploadProgress.none());

        assertThat(calls.of(UploadPartRequest.class)).isEmpty();
        assertThat(calls.of(CreateMultipartUploadRequest.class)).isEmpty();
    }

    @Test
    void aLostMetainfoIsWrittenAgainAndTheBytesAreNotSent() throws Exception {
        byte[] bytes = bytes(SIZE, 34);
        Artifact artifact = uploaded(bytes);
        CLUSTER.regions().bucket(home()).delete(artifact.metainfoKey());
        CLUSTER.calls().forget();

        uploaded(bytes);

        assertThat(store().check(artifact, home())).isInstanceOf(Verified.class);
        assertThat(CLUSTER.calls().of(UploadPartRequest.class)).isEmpty();
    }

    @Test
    void aFileThatChangesBetweenScanningAndSendingIsNotPublished() throws Exception {
        byte[] bytes = bytes(SIZE, 35);
        Path file = file(bytes);
        FileTime modified = Files.getLastModifiedTime(file);
        CLUSTER.calls().before(request -> {
            if (request instanceof CreateMultipartUploadRequest) {
                overwriteLastByte(file, modified);
            }
        });

        assertThatThrownBy(() -> store().upload(file, LEASE, UploadProgress.none()))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("changed while it was uploaded");

        assertThat(keys(home())).noneMatch(key -> key.startsWith("artifacts/"));
    }

    @Test
    void aPartThatChangesOnTheWayIsRefusedByS3() throws Exception {
        byte[] bytes = bytes(1000, 36);
        Path file = file(bytes);
        S3Regions lossy = CLUSTER.open(new S3Calls() {
            @Override
            public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
                return context.request() instanceof UploadPartRequest part
                        ? part.toBuilder().checksumCRC32("AAAAAA==").build()
                        : context.request();
            }
        });

        assertThatThrownBy(() -> storeOn(lossy).upload(file, LEASE, UploadProgress.none()))
                .isInstanceOf(BlobStoreException.class)
                .hasMessageContaining("writing part 1");
    }

    @Test
    void discardDropsTheAttemptsUnfinishedUpload() throws Exception {
        failPart(2);
        Path file = file(bytes(SIZE, 24));
        ArtifactStore store = store();
        assertThatThrownBy(() -> store.upload(file, LEASE, UploadProgress.none()))
                .isInstanceOf(BlobStoreException.class);
        assertThat(keys(home())).singleElement().asString().startsWith("unfinished artifacts/");

        store.discard(LEASE);

        assertThat(keys(home())).isEmpty();
    }

    @Test
    void uploadsThatNobodyWentOnWithForADayAreCollectedAndYoungerOnesAreNot() throws Exception {
        S3Bucket bucket = CLUSTER.regions().bucket(home());
        MultipartWrite.begin(bucket, "artifacts/" + "ab".repeat(32), Map.of());
        MultipartWrite.begin(bucket, "elsewhere", Map.of());
        bucket.put("uploads/7-1", new byte[] {1}, Map.of());
        Artifact artifact = uploaded(bytes(10, 37));
        List<String> before = keys(home());

        new AbandonedUploads(CLUSTER.regions(), Clock.systemUTC()).collect();
        assertThat(keys(home())).isEqualTo(before);

        new AbandonedUploads(
                        CLUSTER.regions(),
                        Clock.offset(Clock.systemUTC(), AbandonedUploads.AGE.plus(Duration.ofHours(1))))
                .collect();
        assertThat(keys(home()))
                .containsExactlyInAnyOrder(artifact.key(), artifact.metainfoKey(), "unfinished elsewhere");
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

    private static void overwriteLastByte(Path file, FileTime modified) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}), SIZE - 8L);
            Files.setLastModifiedTime(file, modified);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
