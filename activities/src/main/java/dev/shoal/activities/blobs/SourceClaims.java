package dev.shoal.activities.blobs;

import dev.shoal.model.Digest;

/** Who is about to rely on an uploaded source, told before looking whether it is there; see {@link ArtifactClaims}. Thread-safe. */
@FunctionalInterface
public interface SourceClaims {
    /** For stores that nothing deletes from. */
    SourceClaims NONE = digest -> true;

    /**
     * Claims for as long as the policy's grace, and calls off what is not yet being deleted.
     *
     * @return false if the claim stands, but requests that delete may be on their way: ask again before looking at S3
     */
    boolean claim(Digest source);
}
