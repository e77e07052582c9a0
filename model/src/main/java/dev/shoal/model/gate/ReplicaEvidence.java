package dev.shoal.model.gate;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;

/**
 * What was seen in a region when its replica was checked.
 *
 * @param etag as the region's S3 answered
 * @param size in bytes, as the region's S3 answered
 * @param metadataSha256 the digest stored with the object
 * @param checkedPieces indices of the pieces that were read back and matched the piece list
 */
public record ReplicaEvidence(
        String etag,
        long size,
        @JsonProperty("metadata_sha256") String metadataSha256,
        @JsonProperty("checked_pieces") List<Integer> checkedPieces,
        @JsonProperty("checked_at") Instant checkedAt) {
    public ReplicaEvidence {
        checkedPieces = List.copyOf(checkedPieces);
    }
}
