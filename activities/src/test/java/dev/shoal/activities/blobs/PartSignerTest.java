package dev.shoal.activities.blobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** That a real store accepts what is signed so is shown by {@link S3ArtifactStoreTest}. */
class PartSignerTest {
    private static final byte[] BODY = "bytes of a part".getBytes(StandardCharsets.UTF_8);

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:9000, 127.0.0.1:9000",
        "http://s3.internal, s3.internal",
        "https://s3.internal, s3.internal",
        "https://s3.internal:9000, s3.internal:9000"
    })
    void aPartIsSignedByItsHead(URI endpoint, String host) {
        SdkHttpRequest signed = sign(part(endpoint).build()).request();

        assertThat(signed.firstMatchingHeader("x-amz-content-sha256")).contains("UNSIGNED-PAYLOAD");
        assertThat(signed.firstMatchingHeader("Host")).contains(host);
        assertThat(signed.firstMatchingHeader("Authorization"))
                .hasValueSatisfying(text -> assertThat(text).contains("host;x-amz-checksum-crc32;"));
        assertThat(signed.getUri()).isEqualTo(URI.create(endpoint + "/bucket/key?partNumber=3"));
    }

    @Test
    void withoutAChecksumTheBodyIsSigned() {
        SdkHttpRequest bare = part(URI.create("http://127.0.0.1:9000"))
                .removeHeader("x-amz-checksum-crc32")
                .build();

        assertThat(sign(bare).request().firstMatchingHeader("x-amz-content-sha256"))
                .contains(HexFormat.of().formatHex(Hashes.sha256().digest(BODY)));
    }

    private static SignedRequest sign(SdkHttpRequest request) {
        return PartSigner.scheme()
                .signer()
                .sign(b -> b.identity(AwsCredentialsIdentity.create("key", "secret"))
                        .request(request)
                        .payload(() -> new ByteArrayInputStream(BODY))
                        // As S3's client sets it.
                        .putProperty(AwsV4HttpSigner.PAYLOAD_SIGNING_ENABLED, false)
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "s3")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1"));
    }

    private static SdkHttpRequest.Builder part(URI endpoint) {
        return SdkHttpRequest.builder()
                .method(SdkHttpMethod.PUT)
                .uri(URI.create(endpoint + "/bucket/key"))
                .putRawQueryParameter("partNumber", "3")
                .putHeader("x-amz-checksum-crc32", "AAAAAA==");
    }
}
