package dev.shoal.model.job;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.shoal.model.Digest;
import dev.shoal.model.InfoHash;

/**
 * The bytes of a build, as measured in the one pass that uploaded them.
 *
 * @param size in bytes
 * @param pieceLength in bytes, of the v1 torrent
 */
public record Artifact(
        Digest digest,
        long size,
        @JsonProperty("info_hash") InfoHash infoHash,
        @JsonProperty("piece_length") int pieceLength) {
    public Artifact {
        if (size < 1) {
            throw new IllegalArgumentException("an artifact must not be empty, got size " + size);
        }
        if (pieceLength < 1 << 14) {
            throw new IllegalArgumentException("piece length must be at least 16 KiB, got " + pieceLength);
        }
    }

    /** The S3 key of the bytes. */
    public String key() {
        return "artifacts/" + digest;
    }

    /** The S3 key of the metainfo, beside the bytes. */
    public String metainfoKey() {
        return key() + ".torrent";
    }
}
