package dev.shoal.activities.blobs;

import dev.shoal.model.BuildName;
import dev.shoal.model.RegionName;
import dev.shoal.model.job.Artifact;

/**
 * Signed provenance beside the artifacts of each region. Two builds may share an artifact, so each has an object of its own.
 * Thread-safe.
 */
public interface ProvenanceStore {
    /**
     * Stores a build's envelope in a region; the same again changes nothing.
     *
     * @param envelope one line, without its end
     * @throws BlobStoreException if S3 fails
     */
    void put(Artifact artifact, BuildName build, RegionName region, String envelope);
}
