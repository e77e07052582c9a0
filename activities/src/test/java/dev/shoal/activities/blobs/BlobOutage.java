package dev.shoal.activities.blobs;

import dev.shoal.model.RegionName;
import java.net.ConnectException;

/** What a store throws when S3 is away. */
public final class BlobOutage {
    private BlobOutage() {}

    public static BlobStoreException of(String key) {
        return new BlobStoreException(
                new RegionName("eu"), key, "connection refused", new ConnectException("connection refused"));
    }
}
