package dev.shoal.activities.blobs;

import dev.shoal.activities.blobs.PartLayout.Part;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * One multipart upload. Parts may be written by several threads at once; whoever completes it must have waited for them. A
 * checksum algorithm is named both at the beginning and with each part: stricter servers refuse one without the other.
 */
final class MultipartWrite {
    private final S3Bucket bucket;
    private final String key;
    private final String uploadId;
    private final Map<Integer, software.amazon.awssdk.services.s3.model.Part> stored;
    private final Map<Integer, CompletedPart> receipts = new ConcurrentSkipListMap<>();

    private MultipartWrite(
            S3Bucket bucket,
            String key,
            String uploadId,
            Map<Integer, software.amazon.awssdk.services.s3.model.Part> stored) {
        this.bucket = bucket;
        this.key = key;
        this.uploadId = uploadId;
        this.stored = stored;
    }

    /** What came of completing an upload. */
    enum Outcome {
        WRITTEN,
        /** The condition did not hold, or the upload is gone: something else may lie under the key now. */
        REFUSED
    }

    static MultipartWrite begin(S3Bucket bucket, String key, Map<String, String> metadata) {
        String id = bucket.call(
                "beginning an upload",
                key,
                s3 -> s3.createMultipartUpload(b -> b.bucket(bucket.name())
                                .key(key)
                                .checksumAlgorithm(ChecksumAlgorithm.CRC32)
                                .metadata(metadata))
                        .uploadId());
        return new MultipartWrite(bucket, key, id, Map.of());
    }

    /**
     * Goes on with the key's newest unfinished upload, whoever began it, or begins one. Only for keys that name their bytes.
     */
    static MultipartWrite openNewest(S3Bucket bucket, String key, Map<String, String> metadata) {
        List<MultipartUpload> unfinished = unfinished(bucket, key).stream()
                .filter(upload -> upload.key().equals(key))
                .toList();
        return unfinished.isEmpty() ? begin(bucket, key, metadata) : resume(bucket, unfinished.getLast());
    }

    /** Goes on with an upload: parts that are stored already are not sent again. */
    static MultipartWrite resume(S3Bucket bucket, MultipartUpload upload) {
        List<software.amazon.awssdk.services.s3.model.Part> parts = bucket.call(
                "listing parts",
                upload.key(),
                s3 -> s3
                        .listPartsPaginator(
                                b -> b.bucket(bucket.name()).key(upload.key()).uploadId(upload.uploadId()))
                        .parts()
                        .stream()
                        .toList());
        return new MultipartWrite(
                bucket,
                upload.key(),
                upload.uploadId(),
                parts.stream()
                        .collect(Collectors.toMap(
                                software.amazon.awssdk.services.s3.model.Part::partNumber, Function.identity())));
    }

    /** The unfinished uploads of keys with this prefix, oldest first. */
    static List<MultipartUpload> unfinished(S3Bucket bucket, String prefix) {
        return bucket.call(
                "listing unfinished uploads",
                prefix,
                s3 -> s3
                        .listMultipartUploadsPaginator(
                                b -> b.bucket(bucket.name()).prefix(prefix))
                        .uploads()
                        .stream()
                        // Some servers ignore the prefix.
                        .filter(upload -> upload.key().startsWith(prefix))
                        .sorted(Comparator.comparing(MultipartUpload::initiated))
                        .toList());
    }

    /** Ends an upload, wherever it came from. One that is gone is fine. */
    static void abort(S3Bucket bucket, String key, String uploadId) {
        // An interrupted thread could not send the request that cleans up.
        boolean interrupted = Thread.interrupted();
        try {
            var unused = bucket.call("aborting an upload", key, s3 -> {
                try {
                    return Optional.of(s3.abortMultipartUpload(b -> b.bucket(bucket.name())
                            .key(key)
                            .uploadId(uploadId)
                            .overrideConfiguration(o -> o.apiCallTimeout(S3Bucket.TIDYING))));
                } catch (S3Exception e) {
                    if (e.statusCode() == 404) {
                        return Optional.empty();
                    }
                    throw e;
                }
            });
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    int storedParts() {
        return stored.size();
    }

    /** Writes a part from memory, unless it is stored already. */
    void put(Part part, byte[] bytes) {
        String crc32 = base64(Hashes.crc32(bytes, part.intLength()));
        receipts.put(part.number(), alreadyStored(part, bytes, crc32).orElseGet(() -> send(part, bytes, crc32)));
    }

    /** Makes the object visible, whatever lies under its key. */
    void complete() {
        var unused = bucket.call(
                "completing the upload",
                key,
                s3 -> s3.completeMultipartUpload(request().build()));
    }

    /** Makes the object visible if the key is free, or still holds what has the ETag {@code replaces}. */
    Outcome completeIf(Optional<String> replaces) {
        CompleteMultipartUploadRequest.Builder request = request();
        replaces.ifPresentOrElse(request::ifMatch, () -> request.ifNoneMatch("*"));
        return bucket.call("completing the upload", key, s3 -> {
            try {
                s3.completeMultipartUpload(request.build());
                return Outcome.WRITTEN;
            } catch (S3Exception e) {
                // 412: the condition. 409: another writer at the same instant. 404: a retry whose first try went
                // through. A part is gone: another writer of this very upload is completing it, and its parts go one by
                // one.
                if (e.statusCode() == 412 || e.statusCode() == 409 || e.statusCode() == 404 || isPartGone(e)) {
                    return Outcome.REFUSED;
                }
                throw e;
            }
        });
    }

    /**
     * S3 says InvalidPart. A server on a file system may have begun to read: what it has put together then lacks a part, and has another
     * checksum than its parts had. Who is refused looks at what lies under the key, so a server that is wrong about it is found out.
     */
    private static boolean isPartGone(S3Exception e) {
        return Optional.ofNullable(e.awsErrorDetails())
                .map(AwsErrorDetails::errorCode)
                .filter(code -> code.equals("InvalidPart") || code.equals("BadDigest"))
                .isPresent();
    }

    void abort() {
        abort(bucket, key, uploadId);
    }

    private CompleteMultipartUploadRequest.Builder request() {
        return CompleteMultipartUploadRequest.builder()
                .bucket(bucket.name())
                .key(key)
                .uploadId(uploadId)
                .multipartUpload(m -> m.parts(receipts.values()))
                .overrideConfiguration(o -> o.apiCallAttemptTimeout(S3Bucket.LONG_CALL));
    }

    private Optional<CompletedPart> alreadyStored(Part part, byte[] bytes, String crc32) {
        software.amazon.awssdk.services.s3.model.Part found = stored.get(part.number());
        // Encrypted buckets have ETags that are no MD5: there the part is sent again.
        return found != null
                        && found.size() == part.length()
                        && (found.checksumCRC32() == null
                                || found.checksumCRC32().equals(crc32))
                        && found.eTag().replace("\"", "").equals(Hashes.md5Hex(bytes, part.intLength()))
                ? Optional.of(receipt(part, found.eTag(), crc32))
                : Optional.empty();
    }

    private CompletedPart send(Part part, byte[] bytes, String crc32) {
        UploadPartResponse sent = bucket.call(
                "writing part " + part.number(),
                key,
                s3 -> s3.uploadPart(
                        b -> b.bucket(bucket.name())
                                .key(key)
                                .uploadId(uploadId)
                                .partNumber(part.number())
                                // Of the bytes in memory, and in the request's head: S3 refuses what changed on the
                                // way.
                                .checksumCRC32(crc32),
                        // Unlike fromBytes, this does not copy the buffer.
                        RequestBody.fromContentProvider(
                                () -> new ByteArrayInputStream(bytes, 0, part.intLength()),
                                part.length(),
                                "application/octet-stream")));
        return receipt(part, sent.eTag(), crc32);
    }

    private static String base64(int crc32) {
        return Base64.getEncoder()
                .encodeToString(ByteBuffer.allocate(Integer.BYTES).putInt(crc32).array());
    }

    private static CompletedPart receipt(Part part, String etag, String crc32) {
        return CompletedPart.builder()
                .partNumber(part.number())
                .eTag(etag)
                .checksumCRC32(crc32)
                .build();
    }
}
