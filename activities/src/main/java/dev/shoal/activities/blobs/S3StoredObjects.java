package dev.shoal.activities.blobs;

import dev.shoal.model.RegionName;
import java.time.Duration;
import java.util.List;
import software.amazon.awssdk.services.s3.model.S3Object;

/** {@link StoredObjects} on S3. Thread-safe. */
public final class S3StoredObjects implements StoredObjects {
    private static final Duration ATTEMPT = Duration.ofSeconds(8);
    private static final Duration CALL = Duration.ofSeconds(15);

    private final S3Regions regions;

    /** @param regions stay the caller's */
    public S3StoredObjects(S3Regions regions) {
        this.regions = regions;
    }

    @Override
    public List<RegionName> regions() {
        return regions.names();
    }

    @Override
    public Removed remove(RegionName region, String prefix) {
        S3Bucket bucket = bucket(region);
        Removed removed = Removed.NOTHING;
        long begun = System.nanoTime();
        for (S3Object object : bucket.list(prefix)) {
            if (System.nanoTime() - begun > LONGEST_REMOVAL.toNanos()) {
                throw bucket.failure(prefix, "is more than can be deleted at once; the rest goes next time");
            }
            bucket.delete(object.key());
            removed = removed.plus(new Removed(1, object.size()));
        }
        return removed;
    }

    @Override
    public List<Stored> list(RegionName region, String prefix, String after) {
        return bucket(region).listAfter(prefix, after).stream()
                .map(object -> new Stored(object.key(), object.size(), object.lastModified()))
                .toList();
    }

    /** Impatient: a request that is given up must not arrive when its lease is over. */
    private S3Bucket bucket(RegionName region) {
        return regions.bucket(region).within(ATTEMPT, CALL);
    }
}
