package dev.shoal.activities.blobs;

import dev.shoal.model.gate.ReplicaEvidence;
import java.time.Duration;

/** What one look at a region's copy of an artifact says. */
public sealed interface GateCheck {
    /** Size, digest, metainfo and the pieces that were read back are right. */
    record Verified(ReplicaEvidence evidence) implements GateCheck {}

    /** Something is not there yet; looking again may help. */
    record NotYet(String reason) implements GateCheck {}

    /** What is there is wrong; only writing it again helps. */
    record Bad(String reason) implements GateCheck {}

    /** The region's S3 does not answer. Asking before {@code retryAfter} is useless; asking then is cheap. */
    record Away(String reason, Duration retryAfter) implements GateCheck {}
}
