package dev.shoal.activities.blobs;

import dev.shoal.activities.blobs.GateCheck.Verified;
import dev.shoal.activities.blobs.MultipartWrite.Outcome;
import dev.shoal.activities.blobs.PartLayout.Part;
import dev.shoal.model.Digest;
import dev.shoal.model.job.Artifact;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * One upload of a file: scanned first, then sent straight to the key that is its digest. Bytes that the region holds are not
 * sent; parts that any earlier upload of these bytes has stored are not sent again. Confined to one thread.
 */
final class ArtifactUpload {
    private static final Logger LOG = LoggerFactory.getLogger(ArtifactUpload.class);

    private final S3Bucket home;
    private final ArtifactProbe probe;
    private final TransferSettings settings;
    private final Transfer transfer;
    private final Function<Digest, ArtifactClaims.Answer> claim;

    ArtifactUpload(
            S3Bucket home,
            ArtifactProbe probe,
            TransferSettings settings,
            Transfer transfer,
            Function<Digest, ArtifactClaims.Answer> claim) {
        this.claim = claim;
        this.home = home;
        this.probe = probe;
        this.settings = settings;
        this.transfer = transfer;
    }

    /** Uploads. {@code opened} hears of the unfinished upload, so that somebody can abort it. */
    Artifact run(FileParts source, Consumer<MultipartWrite> opened) throws IOException {
        FileScan scan = FileScan.of(source, settings.partLength(), transfer);
        Artifact artifact = scan.artifact();
        transfer.perform(() -> claim(artifact));
        Optional<String> there = transfer.run(() -> home.head(artifact.key()).map(HeadObjectResponse::eTag));
        boolean condemned = there.isPresent() && transfer.run(() -> ArtifactObjects.isCondemned(artifact, home));
        if (there.isPresent() && !condemned && transfer.run(() -> isWhole(scan))) {
            transfer.moved(artifact.size());
            return artifact;
        }
        there.ifPresent(etag ->
                LOG.warn("region {} holds wrong bytes under {}, replacing them", home.region(), artifact.key()));
        MultipartWrite write =
                transfer.run(() -> MultipartWrite.openNewest(home, artifact.key(), ArtifactObjects.metadata(artifact)));
        opened.accept(write);
        send(source, scan, write);
        source.requireUnchanged();
        transfer.perform(() -> ArtifactObjects.putMetainfo(artifact, scan.metainfo(), home));
        if (transfer.run(() -> write.completeIf(there)) == Outcome.REFUSED) {
            transfer.perform(write::abort);
            requireWrittenByAnother(artifact);
        } else if (condemned) {
            transfer.perform(() -> ArtifactObjects.acquit(artifact, home));
        }
        return artifact;
    }

    /** Before the first look: what is there from now on stays. */
    private void claim(Artifact artifact) {
        ClaimWait.until(
                () -> switch (claim.apply(artifact.digest())) {
                    case HELD -> true;
                    case BEING_DELETED -> false;
                    case LOST -> throw home.failure(artifact.key(), "is no longer wanted: the attempt is over");
                },
                home,
                artifact.key());
    }

    private boolean isWhole(FileScan scan) {
        ArtifactObjects.putMetainfo(scan.artifact(), scan.metainfo(), home);
        return probe.check(scan.artifact(), home) instanceof Verified;
    }

    private void send(FileParts source, FileScan scan, MultipartWrite write) {
        Deque<Transfer.Step<Sent>> sending = new ArrayDeque<>();
        Deque<byte[]> free = new ArrayDeque<>();
        for (Part part : scan.layout().parts()) {
            if (sending.size() == settings.parallel()) {
                free.push(retire(sending.remove()));
            }
            byte[] buffer = free.isEmpty() ? new byte[scan.layout().bufferLength()] : free.pop();
            sending.add(transfer.start(() -> {
                source.read(part, buffer);
                if (!scan.hasSeen(part, buffer)) {
                    throw source.changed();
                }
                write.put(part, buffer);
                return new Sent(part, buffer);
            }));
        }
        while (!sending.isEmpty()) {
            free.push(retire(sending.remove()));
        }
    }

    private byte[] retire(Transfer.Step<Sent> step) {
        Sent sent = transfer.await(step);
        transfer.moved(sent.part.length());
        return sent.buffer;
    }

    private void requireWrittenByAnother(Artifact artifact) {
        GateCheck check = transfer.run(() -> probe.check(artifact, home));
        if (!(check instanceof Verified)) {
            throw home.failure(artifact.key(), "was written by somebody else meanwhile, and is not right: " + check);
        }
    }

    private record Sent(Part part, byte[] buffer) {}
}
