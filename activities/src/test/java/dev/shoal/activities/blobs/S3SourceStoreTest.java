package dev.shoal.activities.blobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.model.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class S3SourceStoreTest {
    @RegisterExtension
    static final S3Cluster CLUSTER = new S3Cluster();

    @TempDir
    Path directory;

    private SourceStore store() {
        return new S3SourceStore(CLUSTER.regions(), S3Cluster.EU);
    }

    @Test
    void fetchesWhatWasPutByItsDigest() throws Exception {
        byte[] bytes = ArtifactStoreContract.bytes(100_000, 1);
        Digest fromStream = store().putSource(new ByteArrayInputStream(bytes));
        Digest fromFile = store().putSource(Files.write(directory.resolve("source"), bytes));
        Path target = directory.resolve("target");

        boolean found = store().fetchSource(fromStream, target);

        assertThat(found).isTrue();
        assertThat(fromStream).isEqualTo(fromFile);
        assertThat(fromStream.value()).isEqualTo(ArtifactStoreContract.hex("SHA-256", bytes));
        assertThat(target).hasBinaryContent(bytes);
    }

    @Test
    void saysThatThereIsNoSuchSourceAndWritesNothing() throws Exception {
        boolean found = store().fetchSource(new Digest("0".repeat(64)), directory.resolve("target"));

        assertThat(found).isFalse();
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void aSourceThatRottedIsNotDelivered() throws Exception {
        Digest source = store().putSource(new ByteArrayInputStream(new byte[] {1, 2, 3}));
        CLUSTER.regions().bucket(S3Cluster.EU).put("sources/" + source, new byte[] {1, 2, 4}, Map.of());

        assertThatThrownBy(() -> store().fetchSource(source, directory.resolve("target")))
                .isInstanceOf(BlobStoreException.class)
                .hasMessageContaining("digest");

        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void aStreamThatBreaksStoresNothing() {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the client went away");
            }
        };

        assertThatThrownBy(() -> store().putSource(broken)).isInstanceOf(IOException.class);

        assertThat(CLUSTER.keys(S3Cluster.EU)).isEmpty();
    }
}
