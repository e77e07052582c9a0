package dev.shoal.activities.blobs;

import dev.shoal.activities.blobs.PartLayout.Part;
import dev.shoal.model.Digest;
import dev.shoal.model.torrent.Metainfo;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * The SHA-1 of every piece of a file. Parts hold whole pieces, so several threads may hash different parts at once; who reads
 * {@link #metainfo} must have waited for them.
 */
final class PieceHashes {
    private final long size;
    private final int pieceLength;
    private final byte[] hashes;

    PieceHashes(long size, int pieceLength) {
        this.size = size;
        this.pieceLength = pieceLength;
        this.hashes = new byte[Math.toIntExact(Math.ceilDiv(size, pieceLength) * Metainfo.HASH_LENGTH)];
    }

    void hash(Part part, byte[] buffer) {
        int piece = Math.toIntExact(part.offset() / pieceLength);
        for (int at = 0; at < part.intLength(); at += pieceLength, piece++) {
            byte[] hash = Hashes.sha1(buffer, at, Math.min(pieceLength, part.intLength() - at));
            System.arraycopy(hash, 0, hashes, piece * Metainfo.HASH_LENGTH, Metainfo.HASH_LENGTH);
        }
    }

    Metainfo metainfo(Digest digest) {
        return new Metainfo(digest, size, pieceLength, hashes);
    }

    /** The first piece of a part that is not what the metainfo says. */
    static OptionalInt firstMismatch(Metainfo metainfo, Part part, byte[] buffer) {
        int piece = Math.toIntExact(part.offset() / metainfo.pieceLength());
        for (int at = 0; at < part.intLength(); at += metainfo.pieceLength(), piece++) {
            byte[] hash = Hashes.sha1(buffer, at, metainfo.pieceSize(piece));
            if (!Arrays.equals(hash, metainfo.pieceHash(piece))) {
                return OptionalInt.of(piece);
            }
        }
        return OptionalInt.empty();
    }
}
