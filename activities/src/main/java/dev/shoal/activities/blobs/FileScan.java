package dev.shoal.activities.blobs;

import dev.shoal.activities.blobs.PartLayout.Part;
import dev.shoal.model.Digest;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.torrent.Metainfo;
import dev.shoal.model.torrent.PieceLength;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What there is to know about a file before it is sent: its digest, its metainfo and each part's CRC-32. Reads, piece hashes and
 * CRCs run on the pool, part by part; SHA-256 cannot be cut, so it has the owner's thread to itself. Immutable.
 */
final class FileScan {
    /** Parts in memory. The pool's hashes of a part cost about as much as its SHA-256, so one is always ready. */
    private static final int AHEAD = 3;

    private final Artifact artifact;
    private final Metainfo metainfo;
    private final PartLayout layout;
    private final int[] crc32;

    private FileScan(Artifact artifact, Metainfo metainfo, PartLayout layout, int[] crc32) {
        this.artifact = artifact;
        this.metainfo = metainfo;
        this.layout = layout;
        this.crc32 = crc32;
    }

    /** Reads the file once. @throws IOException if somebody wrote to it meanwhile */
    static FileScan of(FileParts source, int partLength, Transfer transfer) throws IOException {
        int pieceLength = PieceLength.of(source.size());
        PartLayout layout = PartLayout.of(source.size(), partLength, pieceLength);
        PieceHashes pieces = new PieceHashes(source.size(), pieceLength);
        int[] crc32 = new int[layout.count()];
        MessageDigest sha256 = Hashes.sha256();
        Deque<Transfer.Step<Scanned>> scanning = new ArrayDeque<>();
        Deque<byte[]> free = new ArrayDeque<>();
        for (Part part : layout.parts()) {
            if (scanning.size() == AHEAD) {
                free.push(digest(transfer.await(scanning.remove()), sha256));
                transfer.report();
            }
            byte[] buffer = free.isEmpty() ? new byte[layout.bufferLength()] : free.pop();
            scanning.add(transfer.start(() -> {
                source.read(part, buffer);
                pieces.hash(part, buffer);
                crc32[part.number() - 1] = Hashes.crc32(buffer, part.intLength());
                return new Scanned(part, buffer);
            }));
        }
        while (!scanning.isEmpty()) {
            free.push(digest(transfer.await(scanning.remove()), sha256));
        }
        source.requireUnchanged();
        Digest digest = Hashes.digest(sha256);
        Metainfo metainfo = pieces.metainfo(digest);
        return new FileScan(
                new Artifact(digest, source.size(), metainfo.infoHash(), pieceLength), metainfo, layout, crc32);
    }

    Artifact artifact() {
        return artifact;
    }

    Metainfo metainfo() {
        return metainfo;
    }

    PartLayout layout() {
        return layout;
    }

    /** Whether these bytes are the part's as it was scanned. */
    boolean hasSeen(Part part, byte[] buffer) {
        return crc32[part.number() - 1] == Hashes.crc32(buffer, part.intLength());
    }

    private static byte[] digest(Scanned scanned, MessageDigest sha256) {
        sha256.update(scanned.buffer, 0, scanned.part.intLength());
        return scanned.buffer;
    }

    private record Scanned(Part part, byte[] buffer) {}
}
