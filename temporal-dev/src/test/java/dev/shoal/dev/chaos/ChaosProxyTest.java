package dev.shoal.dev.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** With the real client and a real server. */
class ChaosProxyTest {
    private static final String BUCKET = "shoal";
    private static final byte[] BYTES = bytes(3 << 20);

    private static S3Proxy server;

    private ChaosProxy proxy;
    private S3Client s3;

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    @BeforeAll
    static void startServer(@TempDir Path dir) throws Exception {
        Files.createDirectories(dir.toRealPath().resolve(BUCKET));
        server = S3Proxy.builder()
                .blobStore(new FilesystemNio2BlobStore(dir.toRealPath().toString()))
                .endpoint(URI.create("http://127.0.0.1:0"))
                .awsAuthentication(AuthenticationType.AWS_V4, "shoal", "secret")
                .ignoreUnknownHeaders(true)
                .build();
        server.start();
    }

    @AfterAll
    static void stopServer() throws Exception {
        server.stop();
    }

    @BeforeEach
    void startProxy() throws Exception {
        proxy = ChaosProxy.start(0, server.getPort());
        s3 = client(1);
    }

    @AfterEach
    void stopProxy() {
        s3.close();
        proxy.close();
    }

    private S3Client client(int attempts) {
        return S3Client.builder()
                .endpointOverride(URI.create("http://127.0.0.1:" + proxy.port()))
                .forcePathStyle(true)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("shoal", "secret")))
                .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(attempts)
                                .build())
                        .apiCallAttemptTimeout(Duration.ofSeconds(20)))
                .httpClientBuilder(Apache5HttpClient.builder())
                .build();
    }

    private void put(String key) {
        s3.putObject(r -> r.bucket(BUCKET).key(key), RequestBody.fromBytes(BYTES));
    }

    private byte[] get(String key) {
        return s3.getObjectAsBytes(r -> r.bucket(BUCKET).key(key)).asByteArray();
    }

    @Test
    void passesOnEverythingUnchangedWhenNothingIsToGoWrong() {
        put("plain");
        String upload =
                s3.createMultipartUpload(r -> r.bucket(BUCKET).key("parts")).uploadId();
        String etag = s3.uploadPart(
                        r -> r.bucket(BUCKET).key("parts").uploadId(upload).partNumber(1), RequestBody.fromBytes(BYTES))
                .eTag();
        s3.completeMultipartUpload(r -> r.bucket(BUCKET)
                .key("parts")
                .uploadId(upload)
                .multipartUpload(m ->
                        m.parts(CompletedPart.builder().partNumber(1).eTag(etag).build())));

        assertThat(get("plain")).isEqualTo(BYTES);
        assertThat(get("parts")).isEqualTo(BYTES);
        assertThat(s3.headObject(r -> r.bucket(BUCKET).key("plain")).contentLength())
                .isEqualTo(BYTES.length);
        assertThat(s3.getObjectAsBytes(r -> r.bucket(BUCKET).key("plain").range("bytes=100-199"))
                        .asByteArray())
                .isEqualTo(Arrays.copyOfRange(BYTES, 100, 200));
        assertThat(s3.listObjectsV2(r -> r.bucket(BUCKET).prefix("pl")).contents())
                .hasSize(1);
        s3.deleteObject(r -> r.bucket(BUCKET).key("plain"));
        assertThatThrownBy(() -> get("plain")).isInstanceOf(NoSuchKeyException.class);
        assertThat(proxy.counts()).containsOnlyKeys("requests");
    }

    @Test
    void answersAShareOfRequestsWithAnErrorThatTheClientRetries() {
        put("errors");
        proxy.play(Faults.errors(1));
        assertThatThrownBy(() -> get("errors"))
                .isInstanceOfSatisfying(
                        S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(503));
        assertThatThrownBy(() -> put("errors"))
                .isInstanceOfSatisfying(
                        S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(503));
        assertThatThrownBy(() -> s3.headObject(r -> r.bucket(BUCKET).key("errors")))
                .isInstanceOf(S3Exception.class);

        proxy.play(new Faults(5, 0.5, 0, 0, 0, 0, false, false, false, 0));
        try (S3Client patient = client(20)) {
            for (int i = 0; i < 10; i++) {
                assertThat(patient.headObject(r -> r.bucket(BUCKET).key("errors"))
                                .contentLength())
                        .isEqualTo(BYTES.length);
            }
        }
        assertThat(proxy.counts().get("errors")).isGreaterThan(3);
    }

    @Test
    void theSameSeedHasTheSameRequestsFail() {
        put("seeded");
        Faults half = new Faults(11, 0.5, 0, 0, 0, 0, false, false, false, 0);

        proxy.play(half);
        List<Boolean> first = attempts();
        proxy.play(half);

        assertThat(attempts()).isEqualTo(first).contains(true, false);
    }

    private List<Boolean> attempts() {
        List<Boolean> worked = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            try {
                s3.headObject(r -> r.bucket(BUCKET).key("seeded"));
                worked.add(true);
            } catch (S3Exception e) {
                worked.add(false);
            }
        }
        return worked;
    }

    @Test
    void cutsConnectionsInTheMiddleOfABodyInEitherDirection() {
        put("cut");
        proxy.play(Faults.cuts(1));

        assertThatThrownBy(() -> get("cut")).isInstanceOf(SdkClientException.class);
        assertThatThrownBy(() -> put("cut-upload")).isInstanceOf(SdkClientException.class);

        proxy.play(Faults.NONE);
        assertThatThrownBy(() -> get("cut-upload")).isInstanceOf(NoSuchKeyException.class);
        assertThat(proxy.counts()).containsEntry("cuts", 2L);
    }

    @Test
    void changesOneByteOfABodyAndTheServerNoticesWhenItIsAnUpload() {
        put("corrupt");
        proxy.play(Faults.corruption(1));

        byte[] read = get("corrupt");

        int mismatch = Arrays.mismatch(read, BYTES);
        assertThat(mismatch).isNotNegative();
        read[mismatch] ^= 1;
        assertThat(read).isEqualTo(BYTES);
        // It answers that the digest is wrong, or hangs up in the middle: nothing is stored either way.
        assertThatThrownBy(() -> put("corrupt-upload")).isInstanceOf(SdkException.class);
        proxy.play(Faults.NONE);
        assertThatThrownBy(() -> get("corrupt-upload")).isInstanceOf(NoSuchKeyException.class);
    }

    @Test
    void aBlackHoleNeverAnswersAndLetsGoWhenItEnds() {
        put("hole");
        proxy.play(Faults.hole());
        assertThatThrownBy(() -> s3.getObjectAsBytes(r -> r.bucket(BUCKET)
                        .key("hole")
                        .overrideConfiguration(o -> o.apiCallAttemptTimeout(Duration.ofMillis(300)))))
                .isInstanceOf(SdkClientException.class);

        proxy.play(Faults.NONE);

        assertThat(get("hole")).isEqualTo(BYTES);
        assertThat(proxy.counts()).containsEntry("swallowed", 1L);
    }

    @Test
    void refusesConnectionsForAsLongAsAskedTo() {
        put("refused");
        proxy.play(new Faults(0, 0, 0, 0, 0, 0, false, true, false, 1500));

        assertThatThrownBy(() -> get("refused")).isInstanceOf(SdkClientException.class);

        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(get("refused")).isEqualTo(BYTES));
        assertThat(proxy.faults()).isEqualTo(Faults.NONE);
    }

    @Test
    void aStaleHeadSpeaksOfAnObjectThatIsGone() {
        put("stale");
        s3.headObject(r -> r.bucket(BUCKET).key("stale"));
        s3.deleteObject(r -> r.bucket(BUCKET).key("stale"));

        proxy.play(Faults.staleHeads());

        assertThat(s3.headObject(r -> r.bucket(BUCKET).key("stale")).contentLength())
                .isEqualTo(BYTES.length);
        assertThatThrownBy(() -> get("stale")).isInstanceOf(NoSuchKeyException.class);
    }

    @Test
    void holdsBodiesToABandwidthAndRequestsToALatency() {
        put("slow");
        proxy.play(new Faults(0, 0, 0, 0, 200, BYTES.length, false, false, false, 0));
        long start = System.nanoTime();

        assertThat(get("slow")).isEqualTo(BYTES);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(1150));
    }
}
