package dev.shoal.activities.blobs;

import java.time.Duration;

/** What came of a copy that was asked for. */
public sealed interface CopyResult {
    /** The region has it, by this copy or by an earlier one. */
    record Done() implements CopyResult {}

    /**
     * The region that was copied from holds other bytes than the artifact's, the same wrong ones at each look. No copy mends that.
     */
    record SourceBad(String reason) implements CopyResult {}

    /**
     * Nothing was moved: the region did not answer lately, or is busy with as many copies as it may have.
     *
     * @param retryAfter asking before is useless; asking then is cheap
     */
    record Deferred(String reason, Duration retryAfter) implements CopyResult {}
}
