package dev.shoal.activities.blobs;

import dev.shoal.model.RegionName;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** A region's S3 could not answer, or answered what cannot be. The caller may try again. */
public final class BlobStoreException extends RuntimeException {
    private final transient RegionName region;
    private final String key;

    BlobStoreException(RegionName region, String key, String problem, @Nullable Throwable cause) {
        super("S3 of region " + region + ", " + key + ": " + problem, cause);
        this.region = region;
        this.key = key;
    }

    /** The region whose S3 it is. */
    public RegionName region() {
        return region;
    }

    /** Whether S3 did not answer, or said that it cannot, rather than anything about the object. */
    boolean isOutage() {
        return switch (getCause()) {
            case S3Exception answered -> answered.statusCode() >= 500;
            case AbortedException interrupted -> false;
            case SdkClientException unanswered -> true;
            case null, default -> false;
        };
    }

    /** The object or prefix in question. */
    public String key() {
        return key;
    }
}
