package dev.shoal.activities.blobs;

import dev.shoal.model.RegionName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** One S3 client and bucket per region. Thread-safe; owns the clients until closed. */
public final class S3Regions implements AutoCloseable {
    private static final int CONNECTIONS = 64;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration CONNECTION_WAIT = Duration.ofSeconds(30);

    /** Bounds every call that does not ask for longer: 16 MiB at 280 KB/s. */
    private static final Duration ATTEMPT_TIMEOUT = Duration.ofMinutes(1);

    private final Map<RegionName, S3Bucket> buckets;

    private S3Regions(Map<RegionName, S3Bucket> buckets) {
        this.buckets = buckets;
    }

    /**
     * Connects lazily: nothing is sent before the first call.
     *
     * @throws IllegalArgumentException if there is no region or one is named twice
     * @throws UncheckedIOException if a secret key file cannot be read
     */
    public static S3Regions open(List<RegionConfig> regions) {
        return open(regions, builder -> {});
    }

    static S3Regions open(List<RegionConfig> regions, Consumer<S3ClientBuilder> customizer) {
        if (regions.isEmpty()) {
            throw new IllegalArgumentException("at least one region is needed");
        }
        Map<RegionName, S3Bucket> buckets = new TreeMap<>();
        for (RegionConfig region : regions) {
            if (buckets.containsKey(region.name())) {
                throw new IllegalArgumentException("region " + region.name() + " is configured twice");
            }
            S3ClientBuilder builder = builder(region.s3());
            customizer.accept(builder);
            buckets.put(region.name(), new S3Bucket(region.name(), region.s3().bucket(), builder.build()));
        }
        return new S3Regions(buckets);
    }

    /** Makes each region's bucket if it does not exist. @throws BlobStoreException naming the region that failed */
    public void ensureBuckets() {
        buckets.values().forEach(S3Bucket::ensure);
    }

    /** The regions, sorted. */
    public List<RegionName> names() {
        return List.copyOf(buckets.keySet());
    }

    /** @throws IllegalArgumentException if the region is not configured */
    S3Bucket bucket(RegionName region) {
        S3Bucket bucket = buckets.get(region);
        if (bucket == null) {
            throw new IllegalArgumentException("region " + region + " is not one of " + buckets.keySet());
        }
        return bucket;
    }

    @Override
    public void close() {
        buckets.values().forEach(S3Bucket::close);
    }

    private static S3ClientBuilder builder(S3Config config) {
        return S3Client.builder()
                .endpointOverride(config.endpoint())
                .forcePathStyle(true)
                .putAuthScheme(PartSigner.scheme())
                .region(Region.of(config.signingRegion().orElse("us-east-1")))
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(config.accessKey(), secret(config))))
                .overrideConfiguration(ClientOverrideConfiguration.builder()
                        .retryStrategy(RetryMode.STANDARD)
                        .apiCallAttemptTimeout(ATTEMPT_TIMEOUT)
                        .build())
                .httpClientBuilder(Apache5HttpClient.builder()
                        .maxConnections(CONNECTIONS)
                        .connectionTimeout(CONNECT_TIMEOUT)
                        .connectionAcquisitionTimeout(CONNECTION_WAIT)
                        // The attempt time-out is the bound; the socket must outlast the longest of them.
                        .socketTimeout(S3Bucket.LONG_CALL)
                        .tcpKeepAlive(true));
    }

    private static String secret(S3Config config) {
        try {
            return Files.readString(config.secretKeyFile()).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the S3 secret key in " + config.secretKeyFile(), e);
        }
    }
}
