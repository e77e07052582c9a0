package dev.shoal.activities.blobs;

import dev.shoal.model.RegionName;
import dev.shoal.model.job.Artifact;
import dev.shoal.workflows.Lease;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Artifacts in each region, under their digest, written once. Nothing is visible under a digest before all of it is there, and
 * its metainfo is there first. Thread-safe. Methods throw {@link BlobStoreException} if S3 fails, and
 * {@link java.util.concurrent.CancellationException} if interrupted; calling again goes on or starts anew, and never harms what
 * is there.
 */
public interface ArtifactStore {
    /**
     * Stores a file in the home region under its digest. Sends nothing that is there: neither an artifact of the same bytes, nor
     * the parts that an interrupted upload of them left, whichever process or attempt that was.
     *
     * @throws IllegalArgumentException if the file is empty
     * @throws java.io.UncheckedIOException if the file cannot be read, or changes meanwhile
     */
    Artifact upload(Path file, Lease lease, UploadProgress progress);

    /**
     * Drops what this process uploaded for the attempt and did not finish. What a process that died left is collected by age,
     * unless an upload of the same bytes goes on with it before.
     */
    void discard(Lease lease);

    /**
     * Copies artifact and metainfo between regions and verifies every byte on the way. Does nothing where {@link #check} is
     * satisfied; replaces what is wrong. Goes on where an earlier copy stopped, unless its listener had stopped it: then
     * nothing is left of it. A region that does not answer, or is busy, is answered for at once.
     */
    CopyResult replicate(Artifact artifact, RegionName from, RegionName to, UploadProgress progress);

    /**
     * Notes in a region that what lies there under the artifact's digest is not the artifact: the next upload sends the bytes again and
     * replaces it, whatever a look at a few of its pieces says.
     */
    void condemn(Artifact artifact, RegionName region, String reason);

    /** Looks once at a region's copy: size, digest, metainfo, and a random and the last piece read back. Takes two minutes at most. */
    GateCheck check(Artifact artifact, RegionName region);

    /**
     * What the provider says of its own replication of an object that lies in this region: {@code PENDING}, {@code COMPLETED},
     * {@code FAILED} or {@code REPLICA}, over all destinations together. Absent if it says nothing.
     */
    Optional<String> providerStatus(Artifact artifact, RegionName region);
}
