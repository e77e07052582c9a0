package dev.shoal.model.gate;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What was seen in a region when its replica was checked.
 *
 * @param etag as the region's S3 answered
 * @param version of the object, where the bucket keeps versions
 * @param checksum as the region's S3 answered, for example {@code CRC32 composite yZRlqg==-2}; not every S3 keeps one
 * @param size in bytes, as the region's S3 answered
 * @param metadataSha256 the digest stored with the object
 * @param checkedPieces indices of the pieces that were read back and matched the piece list
 * @param checkedRanges where those pieces lie; empty in evidence from before they were noted
 */
public record ReplicaEvidence(
        String etag,
        Optional<String> version,
        Optional<String> checksum,
        long size,
        @JsonProperty("metadata_sha256") String metadataSha256,
        @JsonProperty("checked_pieces") List<Integer> checkedPieces,
        @JsonProperty("checked_ranges") List<CheckedRange> checkedRanges,
        @JsonProperty("checked_at") Instant checkedAt) {
    public ReplicaEvidence {
        checkedPieces = List.copyOf(checkedPieces);
        checkedRanges = checkedRanges == null ? List.of() : List.copyOf(checkedRanges);
    }
}
