package dev.shoal.activities.blobs;

import dev.shoal.model.RegionName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The objects of each region as retention sees them. Thread-safe. Methods throw {@link BlobStoreException} if S3 fails. */
public interface StoredObjects {
    /**
     * From the first request that deletes something to the moment at which none of them can still arrive, whatever became of
     * their sender: twice {@link #LONGEST_REMOVAL}, and room for what lingers in the network.
     */
    Duration DELETION_LEASE = Duration.ofMinutes(2);

    /** No {@link #remove} may begin later than this after its lease did, and none sends requests for longer. */
    Duration LONGEST_REMOVAL = Duration.ofSeconds(45);

    /** The regions, sorted. */
    List<RegionName> regions();

    /** Deletes every object whose key begins so. What is not there is deleted already. */
    Removed remove(RegionName region, String prefix);

    /** How many objects were there, and their bytes. */
    record Removed(int objects, long bytes) {
        public static final Removed NOTHING = new Removed(0, 0);

        /** Together. */
        public Removed plus(Removed more) {
            return new Removed(objects + more.objects, bytes + more.bytes);
        }
    }

    /** At most a thousand objects after {@code after}, in the order of their keys. */
    List<Stored> list(RegionName region, String prefix, String after);

    /** An object of a listing. */
    record Stored(String key, long bytes, Instant lastModified) {}
}
