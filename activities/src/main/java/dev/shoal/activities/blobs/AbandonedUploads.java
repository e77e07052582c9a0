package dev.shoal.activities.blobs;

import dev.shoal.model.RegionName;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects what uploads and copies left whose process died and whose bytes nobody sent again: S3 keeps, and charges for, the parts
 * of an unfinished upload until somebody aborts it. Any number of collectors may run. Thread-safe.
 */
public final class AbandonedUploads {
    /** Longer than any transfer may take, retries included. */
    public static final Duration AGE = Duration.ofDays(1);

    private static final Logger LOG = LoggerFactory.getLogger(AbandonedUploads.class);
    private static final String ARTIFACTS = "artifacts/";

    /** Where releases before artifacts were uploaded straight to their digest staged them. */
    private static final String STAGING = "uploads/";

    private final S3Regions regions;
    private final Clock clock;

    /** @param regions stay the caller's */
    public AbandonedUploads(S3Regions regions, Clock clock) {
        this.regions = regions;
        this.clock = clock;
    }

    /** One round over all regions. One that is away is left for the next round. */
    public void collect() {
        for (RegionName region : regions.names()) {
            try {
                collect(regions.bucket(region));
            } catch (BlobStoreException e) {
                LOG.warn("unfinished uploads of region {} are not collected this time: {}", region, e.getMessage());
            }
        }
    }

    private void collect(S3Bucket bucket) {
        Instant before = clock.instant().minus(AGE);
        MultipartWrite.unfinished(bucket, "").stream()
                .filter(upload -> isOurs(upload.key()) && upload.initiated().isBefore(before))
                .forEach(upload -> {
                    LOG.info("aborting the abandoned upload of {} in {}", upload.key(), bucket.region());
                    MultipartWrite.abort(bucket, upload.key(), upload.uploadId());
                });
        bucket.list(STAGING).stream()
                .filter(object -> object.lastModified().isBefore(before))
                .forEach(object -> bucket.delete(object.key()));
    }

    private static boolean isOurs(String key) {
        return key.startsWith(ARTIFACTS) || key.startsWith(STAGING);
    }
}
