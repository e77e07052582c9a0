package dev.shoal.activities.blobs;

import dev.shoal.model.RegionName;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** One region's bucket. Thread-safe. Whatever fails comes out as a {@link BlobStoreException} with region and key. */
final class S3Bucket implements AutoCloseable {
    /** For calls in which S3 moves many bytes before it answers: complete, copy, whole objects. */
    static final Duration LONG_CALL = Duration.ofMinutes(10);

    /** For calls that only tidy up: what stays behind is collected later. A region that is away must not hold up who stops. */
    static final Duration TIDYING = Duration.ofSeconds(5);

    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int RANGE_PAST_END = 416;

    private final RegionName region;
    private final String name;
    private final S3Client client;
    private final Consumer<AwsRequestOverrideConfiguration.Builder> limits;

    S3Bucket(RegionName region, String name, S3Client client) {
        this(region, name, client, none -> {});
    }

    private S3Bucket(
            RegionName region, String name, S3Client client, Consumer<AwsRequestOverrideConfiguration.Builder> limits) {
        this.region = region;
        this.name = name;
        this.client = client;
        this.limits = limits;
    }

    /** The same bucket, for looking and reading with less patience. It need not be closed. */
    S3Bucket within(Duration attempt, Duration allAttempts) {
        return new S3Bucket(
                region,
                name,
                client,
                limit -> limit.apiCallAttemptTimeout(attempt).apiCallTimeout(allAttempts));
    }

    RegionName region() {
        return region;
    }

    String name() {
        return name;
    }

    /** Runs {@code request}, mapping its failures. {@code doing} is a phrase for people. */
    <T> T call(String doing, String key, Function<S3Client, T> request) {
        try {
            return request.apply(client);
        } catch (SdkException e) {
            throw failure(key, doing + " failed: " + e.getMessage(), e);
        }
    }

    BlobStoreException failure(String key, String problem, Throwable cause) {
        return new BlobStoreException(region, key, problem, cause);
    }

    BlobStoreException failure(String key, String problem) {
        return new BlobStoreException(region, key, problem, null);
    }

    void ensure() {
        Optional<?> there = call(
                "looking for the bucket", name, s3 -> absentIf(NOT_FOUND, () -> s3.headBucket(b -> b.bucket(name))));
        if (there.isEmpty()) {
            // A conflict is another process that makes the same bucket.
            var unused = call(
                    "making the bucket", name, s3 -> absentIf(CONFLICT, () -> s3.createBucket(b -> b.bucket(name))));
        }
    }

    Optional<HeadObjectResponse> head(String key) {
        return call(
                "looking",
                key,
                s3 -> absentIf(
                        NOT_FOUND,
                        () -> s3.headObject(b -> b.bucket(name)
                                .key(key)
                                .checksumMode(ChecksumMode.ENABLED)
                                .overrideConfiguration(limits))));
    }

    /** A whole object that fits into memory. */
    Optional<byte[]> get(String key) {
        return call(
                "reading",
                key,
                s3 -> absentIf(
                        NOT_FOUND,
                        () -> s3.getObject(
                                        b -> b.bucket(name).key(key).overrideConfiguration(limits),
                                        ResponseTransformer.toBytes())
                                .asByteArray()));
    }

    /**
     * Reads {@code length} bytes from {@code offset} into {@code buffer}. Returns how many the object had; absent if there is no
     * object.
     */
    OptionalInt read(String key, long offset, int length, byte[] buffer) {
        return call("reading " + length + " bytes at " + offset, key, s3 -> {
            try {
                return OptionalInt.of(s3.getObject(
                        b -> b.bucket(name)
                                .key(key)
                                .range("bytes=" + offset + "-" + (offset + length - 1))
                                .overrideConfiguration(limits),
                        (response, body) -> fill(body, buffer, length)));
            } catch (S3Exception e) {
                if (e.statusCode() == NOT_FOUND) {
                    return OptionalInt.empty();
                } else if (e.statusCode() == RANGE_PAST_END) {
                    return OptionalInt.of(0);
                }
                throw e;
            }
        });
    }

    void put(String key, byte[] bytes, Map<String, String> metadata) {
        var unused = call(
                "writing",
                key,
                s3 -> s3.putObject(b -> b.bucket(name).key(key).metadata(metadata), RequestBody.fromBytes(bytes)));
    }

    void delete(String key) {
        var unused = call(
                "deleting",
                key,
                s3 -> s3.deleteObject(b -> b.bucket(name).key(key).overrideConfiguration(limits)));
    }

    /** Everything under a prefix, in the order of the keys. */
    List<S3Object> list(String prefix) {
        return call(
                "listing",
                prefix,
                s3 -> s3
                        .listObjectsV2Paginator(
                                b -> b.bucket(name).prefix(prefix).overrideConfiguration(limits))
                        .contents()
                        .stream()
                        .toList());
    }

    /** One page of what is under a prefix, from the first key after {@code after}. */
    List<S3Object> listAfter(String prefix, String after) {
        return call(
                "listing",
                prefix,
                s3 -> s3.listObjectsV2(b ->
                                b.bucket(name).prefix(prefix).startAfter(after).overrideConfiguration(limits))
                        .contents());
    }

    @Override
    public void close() {
        client.close();
    }

    private static int fill(InputStream body, byte[] buffer, int length) {
        try {
            return body.readNBytes(buffer, 0, length);
        } catch (IOException e) {
            throw RetryableException.create("the connection broke while reading", e);
        }
    }

    private static <T> Optional<T> absentIf(int status, Supplier<T> request) {
        try {
            return Optional.of(request.get());
        } catch (S3Exception e) {
            if (e.statusCode() == status) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
