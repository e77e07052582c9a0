package dev.shoal.activities.blobs;

import dev.shoal.model.Digest;
import dev.shoal.workflows.Lease;

/**
 * Who is about to rely on the bytes of an artifact, told before looking whether they are there: what is claimed is not deleted
 * by retention, so that "already there, not sent" stays true until the build is recorded. Thread-safe.
 */
@FunctionalInterface
public interface ArtifactClaims {
    /** For stores that nothing deletes from. */
    ArtifactClaims NONE = (lease, digest) -> Answer.HELD;

    /** Claims for as long as the job runs with this attempt, and calls off what is not yet being deleted. */
    Answer claim(Lease lease, Digest digest);

    /** What came of it. */
    enum Answer {
        /** Nothing deletes these bytes, nor will. */
        HELD,
        /** The claim stands, but requests that delete may be on their way: ask again before looking at S3. */
        BEING_DELETED,
        /** The attempt is over. */
        LOST
    }
}
