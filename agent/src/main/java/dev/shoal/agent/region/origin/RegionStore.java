package dev.shoal.agent.region.origin;

import dev.shoal.model.job.Artifact;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** This region's S3, as its origin reads it. Thread-safe. */
public final class RegionStore implements AutoCloseable {
    private static final int MOST_CONNECTIONS = 64;
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(2);

    private final S3Client s3;
    private final String bucket;

    /** Opens no connection yet. */
    public RegionStore(URI endpoint, String bucket, String accessKey, String secretKey, String signingRegion) {
        this.bucket = bucket;
        this.s3 = S3Client.builder()
                .endpointOverride(endpoint)
                .forcePathStyle(true)
                .region(Region.of(signingRegion))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey, secretKey)))
                .overrideConfiguration(c -> c.retryStrategy(r -> r.maxAttempts(2)))
                .httpClientBuilder(Apache5HttpClient.builder()
                        .maxConnections(MOST_CONNECTIONS)
                        .connectionTimeout(Duration.ofSeconds(3))
                        .socketTimeout(Duration.ofSeconds(20)))
                .build();
    }

    /** S3 could not answer. */
    public static final class RegionStoreException extends RuntimeException {
        RegionStoreException(String key, Throwable cause) {
            super("S3 failed at " + key + ": " + cause.getMessage(), cause);
        }
    }

    /** The metainfo beside the artifact, as it lies there: unchecked. Empty if there is none. */
    Optional<byte[]> metainfo(Artifact artifact) {
        try {
            return Optional.of(s3.getObjectAsBytes(r -> r.bucket(bucket).key(artifact.metainfoKey()))
                    .asByteArray());
        } catch (NoSuchKeyException missing) {
            return Optional.empty();
        } catch (SdkException e) {
            throw new RegionStoreException(artifact.metainfoKey(), e);
        }
    }

    /** The bytes {@code first..last}, both included. The caller closes the stream, or aborts it before its end. */
    ResponseInputStream<GetObjectResponse> range(Artifact artifact, long first, long last) {
        try {
            return s3.getObject(r -> r.bucket(bucket).key(artifact.key()).range("bytes=" + first + "-" + last));
        } catch (SdkException e) {
            throw new RegionStoreException(artifact.key(), e);
        }
    }

    /** Whether S3 answers about the bucket, within two seconds. */
    public boolean isReachable() {
        try {
            s3.headBucket(r -> r.bucket(bucket).overrideConfiguration(c -> c.apiCallTimeout(PROBE_LIMIT)));
            return true;
        } catch (SdkException e) {
            return false;
        }
    }

    @Override
    public void close() {
        s3.close();
    }
}
