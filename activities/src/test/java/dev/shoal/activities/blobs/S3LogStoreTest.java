package dev.shoal.activities.blobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.activities.blobs.LogStore.Chunk;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;

class S3LogStoreTest extends LogStoreContract {
    @RegisterExtension
    static final S3Cluster CLUSTER = new S3Cluster();

    @Override
    LogStore store() {
        return new S3LogStore(CLUSTER.regions(), S3Cluster.EU, TransferSettings.SMALLEST_PART);
    }

    @Test
    void aFinishedLogIsOneObjectAndItsEnd() {
        append("one ", "two ", "three");

        store().finish(LEASE, 13);

        assertThat(CLUSTER.keys(S3Cluster.EU)).containsExactly("logs/7/1/end-000000000013", "logs/7/1/full");
    }

    @Test
    void aFinishedLogOfOneSegmentStaysAsItIs() {
        append("one");

        store().finish(LEASE, 3);

        assertThat(CLUSTER.keys(S3Cluster.EU)).containsExactly("logs/7/1/000000000000", "logs/7/1/end-000000000003");
    }

    @Test
    void aLogOfSeveralPartsIsCompactedByteForByte() {
        int segment = (3 << 20) + 11;
        byte[] bytes = ArtifactStoreContract.bytes(4 * segment, 1);
        for (int offset = 0; offset < bytes.length; offset += segment) {
            store().append(LEASE, offset, Arrays.copyOfRange(bytes, offset, offset + segment));
        }

        store().finish(LEASE, bytes.length);

        assertThat(store().read(LEASE, 0, bytes.length + 1).bytes()).isEqualTo(bytes);
        assertThat(CLUSTER.keys(S3Cluster.EU)).hasSize(2);
    }

    @Test
    void aReaderInTheMiddleOfACompactionReadsOn() {
        append("one ", "two ", "three");
        LogStore finishing = new S3LogStore(CLUSTER.open(new S3Calls()), S3Cluster.EU);
        AtomicBoolean finished = new AtomicBoolean();
        CLUSTER.calls().before(request -> {
            if (request instanceof GetObjectRequest && finished.compareAndSet(false, true)) {
                finishing.finish(LEASE, 13);
            }
        });

        Chunk chunk = store().read(LEASE, 4, 100);

        assertThat(finished).isTrue();
        assertThat(chunk.bytes()).isEqualTo(utf8("two three"));
        assertThat(chunk.complete()).isTrue();
    }

    @Test
    void aCompactionThatWasInterruptedIsFinishedLater() {
        append("one ", "two ", "three");
        CLUSTER.calls().before(request -> {
            if (request instanceof DeleteObjectRequest delete && delete.key().endsWith("4")) {
                throw SdkClientException.create("the network is gone");
            }
        });
        assertThatThrownBy(() -> store().finish(LEASE, 13)).isInstanceOf(BlobStoreException.class);
        CLUSTER.calls().before(request -> {});
        assertThat(follow(5)).isEqualTo("one two three");

        store().finish(LEASE, 13);

        assertThat(follow(5)).isEqualTo("one two three");
        assertThat(CLUSTER.keys(S3Cluster.EU)).containsExactly("logs/7/1/end-000000000013", "logs/7/1/full");
    }

    @Test
    void aLongerSegmentThatWasStoredAgainCountsAsWhole() {
        append("one ");
        store().append(LEASE, 0, utf8("one two "));
        store().append(LEASE, 4, utf8("two "));

        store().finish(LEASE, 8);

        assertThat(follow(3)).isEqualTo("one two ");
    }

    @Test
    void aReadCostsOneListing() {
        append("one ", "two ", "three");
        CLUSTER.calls().forget();

        store().read(LEASE, 0, 100);

        assertThat(CLUSTER.calls().of(ListObjectsV2Request.class)).hasSize(1);
    }
}
