package dev.shoal.activities.blobs;

import dev.shoal.activities.blobs.GateCheck.Verified;
import dev.shoal.activities.blobs.MultipartWrite.Outcome;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.torrent.Metainfo;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * Puts an artifact under its digest in one region. The key is written only if it is free, or still holds what was found wrong; a
 * racing writer of the same bytes is as good as oneself. Thread-safe.
 */
final class ArtifactPublication {
    private static final Logger LOG = LoggerFactory.getLogger(ArtifactPublication.class);

    /** Longer than any transfer may take; a younger upload may be a racing writer's. */
    private static final Duration ABANDONED_AFTER = Duration.ofDays(1);

    private final ArtifactProbe probe;
    private final Clock clock;

    ArtifactPublication(ArtifactProbe probe, Clock clock) {
        this.probe = probe;
        this.clock = clock;
    }

    /** Does nothing if the bucket holds the artifact already. Otherwise {@code fill} writes the parts, or throws. */
    void publish(Artifact artifact, Metainfo metainfo, S3Bucket to, Transfer transfer, Consumer<MultipartWrite> fill) {
        transfer.perform(() -> putMetainfo(artifact, metainfo, to));
        if (transfer.run(() -> probe.check(artifact, to)) instanceof Verified) {
            return;
        }
        Optional<String> wrong = transfer.run(() -> to.head(artifact.key()).map(HeadObjectResponse::eTag));
        wrong.ifPresent(
                etag -> LOG.warn("region {} holds wrong bytes under {}, replacing them", to.region(), artifact.key()));
        transfer.perform(() -> abortAbandoned(artifact, to));
        MultipartWrite write = transfer.run(() -> MultipartWrite.begin(to, artifact.key(), metadata(artifact)));
        Outcome outcome = Outcome.REFUSED;
        try {
            fill.accept(write);
            outcome = transfer.run(() -> write.completeIf(wrong));
        } finally {
            if (outcome == Outcome.REFUSED) {
                transfer.close();
                write.abort();
            }
        }
        if (outcome == Outcome.REFUSED) {
            requireWrittenByAnother(artifact, to);
        }
    }

    private void requireWrittenByAnother(Artifact artifact, S3Bucket to) {
        GateCheck check = probe.check(artifact, to);
        if (!(check instanceof Verified)) {
            throw to.failure(artifact.key(), "was written by somebody else meanwhile, and is not right: " + check);
        }
    }

    static void putMetainfo(Artifact artifact, Metainfo metainfo, S3Bucket to) {
        byte[] torrent = metainfo.encode();
        Optional<byte[]> there = to.get(artifact.metainfoKey()).filter(found -> Arrays.equals(found, torrent));
        if (there.isEmpty()) {
            to.put(artifact.metainfoKey(), torrent, metadata(artifact));
        }
    }

    private void abortAbandoned(Artifact artifact, S3Bucket to) {
        Instant before = clock.instant().minus(ABANDONED_AFTER);
        MultipartWrite.unfinished(to, artifact.key()).stream()
                .filter(upload -> upload.initiated().isBefore(before))
                .forEach(upload -> MultipartWrite.abort(to, upload.key(), upload.uploadId()));
    }

    static Map<String, String> metadata(Artifact artifact) {
        return Map.of(ArtifactProbe.SHA256, artifact.digest().value());
    }
}
