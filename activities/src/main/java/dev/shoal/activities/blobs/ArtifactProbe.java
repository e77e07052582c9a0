package dev.shoal.activities.blobs;

import dev.shoal.activities.blobs.GateCheck.Bad;
import dev.shoal.activities.blobs.GateCheck.NotYet;
import dev.shoal.activities.blobs.GateCheck.Verified;
import dev.shoal.model.gate.CheckedRange;
import dev.shoal.model.gate.ReplicaEvidence;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.torrent.Metainfo;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** Looks at a region's copy without believing what it says about itself: pieces are read back. Thread-safe. */
final class ArtifactProbe {
    /** The metadata key of the digest. */
    static final String SHA256 = "sha256";

    /** A byte may flip on the way: only what is wrong each time is wrong in the region. */
    private static final int READS = 3;

    /** A region that answers at all has a HEAD's answer ready in far less. */
    private static final Duration FIRST_ANSWER = Duration.ofSeconds(4);

    /** The largest piece, 4 MiB, at 280 KB/s. */
    private static final Duration READ = Duration.ofSeconds(15);

    private final RandomGenerator random;
    private final Clock clock;

    ArtifactProbe(RandomGenerator random, Clock clock) {
        this.random = random;
        this.clock = clock;
    }

    /** The bucket for a call that any region which answers at all answers within seconds. */
    static S3Bucket impatient(S3Bucket region) {
        return region.within(FIRST_ANSWER, FIRST_ANSWER.multipliedBy(2));
    }

    /** Takes two minutes at most, and little more than ten seconds if the region does not answer at all. */
    GateCheck check(Artifact artifact, S3Bucket region) {
        Optional<HeadObjectResponse> head = impatient(region).head(artifact.key());
        if (head.isEmpty()) {
            return new NotYet("no object");
        }
        long size = head.get().contentLength();
        String sha256 = head.get().metadata().getOrDefault(SHA256, "none");
        if (size != artifact.size()) {
            return new Bad("size is " + size + ", must be " + artifact.size());
        } else if (!sha256.equals(artifact.digest().value())) {
            return new Bad("digest in the metadata is " + sha256);
        }
        S3Bucket bucket = region.within(READ, READ);
        Optional<byte[]> torrent = bucket.get(artifact.metainfoKey());
        if (torrent.isEmpty()) {
            return new NotYet("no metainfo");
        }
        Optional<Metainfo> metainfo = parse(torrent.get(), artifact);
        if (metainfo.isEmpty()) {
            return new Bad("the metainfo is another artifact's");
        }
        return checkPieces(artifact, bucket, metainfo.get(), head.get());
    }

    /** The metainfo in these bytes, if it is the artifact's: the info hash vouches for the piece list, wherever it came from. */
    static Optional<Metainfo> parse(byte[] torrent, Artifact artifact) {
        try {
            return Optional.of(Metainfo.parse(torrent))
                    .filter(metainfo -> metainfo.infoHash().equals(artifact.infoHash()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private GateCheck checkPieces(Artifact artifact, S3Bucket bucket, Metainfo metainfo, HeadObjectResponse head) {
        int last = metainfo.pieceCount() - 1;
        int[] pieces =
                IntStream.of(random.nextInt(last + 1), last).distinct().sorted().toArray();
        for (int piece : pieces) {
            Optional<GateCheck> wrong = checkPiece(artifact, bucket, metainfo, piece);
            for (int again = 1; again < READS && wrong.isPresent(); again++) {
                wrong = checkPiece(artifact, bucket, metainfo, piece);
            }
            if (wrong.isPresent()) {
                return wrong.get();
            }
        }
        return new Verified(evidence(artifact, metainfo, pieces, head));
    }

    /** What is wrong with a piece. Absent if nothing is. */
    private static Optional<GateCheck> checkPiece(Artifact artifact, S3Bucket bucket, Metainfo metainfo, int piece) {
        byte[] buffer = new byte[metainfo.pieceSize(piece)];
        OptionalInt read = bucket.read(artifact.key(), metainfo.pieceOffset(piece), buffer.length, buffer);
        if (read.isEmpty()) {
            return Optional.of(new NotYet("the object is gone again"));
        } else if (read.getAsInt() < buffer.length) {
            return Optional.of(
                    new Bad("piece " + piece + " has " + read.getAsInt() + " of " + buffer.length + " bytes"));
        } else if (!Arrays.equals(Hashes.sha1(buffer, 0, buffer.length), metainfo.pieceHash(piece))) {
            return Optional.of(new Bad("piece " + piece + " has other bytes"));
        }
        return Optional.empty();
    }

    private ReplicaEvidence evidence(Artifact artifact, Metainfo metainfo, int[] pieces, HeadObjectResponse head) {
        return new ReplicaEvidence(
                head.eTag(),
                Optional.ofNullable(head.versionId()),
                checksum(head),
                head.contentLength(),
                artifact.digest().value(),
                Arrays.stream(pieces).boxed().toList(),
                Arrays.stream(pieces)
                        .mapToObj(piece -> new CheckedRange(metainfo.pieceOffset(piece), metainfo.pieceSize(piece)))
                        .toList(),
                clock.instant());
    }

    private static Optional<String> checksum(HeadObjectResponse head) {
        String type = head.checksumTypeAsString() == null
                ? ""
                : head.checksumTypeAsString().toLowerCase(Locale.ROOT) + " ";
        Map<String, Optional<String>> known = new LinkedHashMap<>();
        known.put("CRC64NVME ", Optional.ofNullable(head.checksumCRC64NVME()));
        known.put("SHA256 ", Optional.ofNullable(head.checksumSHA256()));
        known.put("CRC32 ", Optional.ofNullable(head.checksumCRC32()));
        known.put("CRC32C ", Optional.ofNullable(head.checksumCRC32C()));
        return known.entrySet().stream()
                .flatMap(sum -> sum.getValue().map(value -> sum.getKey() + type + value).stream())
                .findFirst();
    }
}
