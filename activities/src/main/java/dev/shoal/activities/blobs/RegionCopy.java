package dev.shoal.activities.blobs;

import dev.shoal.activities.blobs.GateCheck.Verified;
import dev.shoal.activities.blobs.MultipartWrite.Outcome;
import dev.shoal.activities.blobs.PartLayout.Part;
import dev.shoal.model.Digest;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.torrent.Metainfo;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * One copy of an artifact from one region to another. Goes on with the upload that an earlier copy left, whatever process that
 * was: parts that are stored with the right checksum are not sent again. Everything is read from the source all the same, since
 * only bytes that were seen can be vouched for: each piece by its hash, the whole by its digest. Confined to one thread.
 */
final class RegionCopy {
    private static final Logger LOG = LoggerFactory.getLogger(RegionCopy.class);

    /** Looks at a part before its bytes are called wrong. */
    private static final int READS = 3;

    private final Artifact artifact;
    private final S3Bucket source;
    private final S3Bucket target;
    private final ArtifactProbe probe;
    private final Transfer transfer;

    RegionCopy(Artifact artifact, S3Bucket source, S3Bucket target, ArtifactProbe probe, Transfer transfer) {
        this.artifact = artifact;
        this.source = source;
        this.target = target;
        this.probe = probe;
        this.transfer = transfer;
    }

    /** Does nothing if the target holds the artifact; replaces what is wrong there. */
    void run(TransferSettings settings, RegionLane lane) {
        if (transfer.run(() -> probe.check(artifact, target)) instanceof Verified) {
            transfer.moved(artifact.size());
            return;
        }
        lane.answered();
        Metainfo metainfo = transfer.run(this::metainfo);
        PartLayout layout = PartLayout.of(artifact.size(), settings.partLength(), metainfo.pieceLength());
        PartPipeline pipeline = new PartPipeline(layout, parallel(layout, settings, lane.budget()), transfer);
        BufferBudget.Room room = lane.budget().take(pipeline.most(), transfer);
        try {
            transfer.perform(() -> ArtifactObjects.putMetainfo(artifact, metainfo, target));
            write(metainfo, pipeline);
        } finally {
            room.close();
        }
    }

    /** As many as the region's share of the memory allows. */
    private static int parallel(PartLayout layout, TransferSettings settings, BufferBudget budget) {
        long buffers = budget.total() / layout.bufferLength();
        return Math.clamp(buffers - PartPipeline.READ_AHEAD, 1, settings.parallel());
    }

    private void write(Metainfo metainfo, PartPipeline pipeline) {
        Optional<String> wrong = transfer.run(() -> target.head(artifact.key()).map(HeadObjectResponse::eTag));
        wrong.ifPresent(etag ->
                LOG.warn("region {} holds wrong bytes under {}, replacing them", target.region(), artifact.key()));
        MultipartWrite write = transfer.run(this::open);
        Outcome outcome;
        try {
            stream(metainfo, pipeline, write);
            outcome = transfer.run(() -> write.completeIf(wrong));
        } catch (RuntimeException e) {
            if (!mayGoOn(e)) {
                transfer.close();
                discard(write);
            }
            throw e;
        }
        if (outcome == Outcome.REFUSED) {
            discard(write);
            requireWrittenByAnother();
        }
    }

    /** Whether the next copy can go on with what this one has stored. */
    private static boolean mayGoOn(RuntimeException failure) {
        return failure instanceof CancellationException || (failure instanceof BlobStoreException e && e.isOutage());
    }

    private MultipartWrite open() {
        MultipartWrite write = MultipartWrite.openNewest(target, artifact.key(), ArtifactObjects.metadata(artifact));
        if (write.storedParts() > 0) {
            LOG.info(
                    "the copy of {} to {} goes on; {} parts are stored",
                    artifact.digest(),
                    target.region(),
                    write.storedParts());
        }
        return write;
    }

    private void discard(MultipartWrite write) {
        try {
            write.abort();
        } catch (BlobStoreException e) {
            LOG.warn("an unfinished upload stays behind until it is old enough to be collected", e);
        }
    }

    private void requireWrittenByAnother() {
        GateCheck check = probe.check(artifact, target);
        if (!(check instanceof Verified)) {
            throw target.failure(artifact.key(), "was written by somebody else meanwhile, and is not right: " + check);
        }
    }

    private Metainfo metainfo() {
        for (int read = 1; read <= READS; read++) {
            byte[] torrent = source.get(artifact.metainfoKey())
                    .orElseThrow(() -> source.failure(artifact.metainfoKey(), "there is no metainfo to copy"));
            Optional<Metainfo> metainfo = ArtifactProbe.parse(torrent, artifact);
            if (metainfo.isPresent()) {
                return metainfo.get();
            }
        }
        throw rotten(artifact.metainfoKey(), "the metainfo is another artifact's");
    }

    private void stream(Metainfo metainfo, PartPipeline pipeline, MultipartWrite write) {
        Digest digest = pipeline.run((part, buffer) -> readVerified(metainfo, part, buffer), write::put);
        if (!digest.equals(artifact.digest())) {
            throw rotten(artifact.key(), "its bytes have the digest " + digest);
        }
    }

    /** What is wrong the same way each time is wrong at the source; what is wrong in another way each time is so on the way. */
    private void readVerified(Metainfo metainfo, Part part, byte[] buffer) {
        Optional<Wrong> first = read(metainfo, part, buffer);
        Optional<Wrong> wrong = first;
        for (int again = 1; again < READS && wrong.isPresent() && wrong.equals(first); again++) {
            wrong = read(metainfo, part, buffer);
        }
        if (wrong.isPresent()) {
            String what = wrong.get().what();
            throw wrong.equals(first) ? rotten(artifact.key(), what) : source.failure(artifact.key(), what);
        }
    }

    /** What is wrong with a part. Absent if nothing is. */
    private Optional<Wrong> read(Metainfo metainfo, Part part, byte[] buffer) {
        int read = source.read(artifact.key(), part.offset(), part.intLength(), buffer)
                .orElseThrow(() -> source.failure(artifact.key(), "there is no artifact to copy"));
        if (read < part.length()) {
            return Optional.of(new Wrong("is truncated at byte " + (part.offset() + read), ""));
        }
        OptionalInt wrong = PieceHashes.firstMismatch(metainfo, part, buffer);
        return wrong.isEmpty()
                ? Optional.empty()
                : Optional.of(new Wrong(
                        "piece " + wrong.getAsInt() + " has other bytes than its metainfo says",
                        HexFormat.of().formatHex(Hashes.sha1(buffer, 0, part.intLength()))));
    }

    /** @param sha1 of the bytes that were read */
    private record Wrong(String what, String sha1) {}

    private RottenSource rotten(String key, String what) {
        return new RottenSource("S3 of region " + source.region() + ", " + key + ": " + what);
    }

    /** The source holds other bytes than the artifact's. */
    static final class RottenSource extends RuntimeException {
        private RottenSource(String reason) {
            super(reason);
        }

        String reason() {
            return String.valueOf(getMessage());
        }
    }
}
