package dev.shoal.model.torrent;

import dev.shoal.model.Digest;
import dev.shoal.model.InfoHash;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;

/**
 * The v1 (BEP 3) metainfo of a one-file artifact. The file's name is the artifact's digest, so that equal bytes have equal
 * info hashes. It names no tracker: agents know theirs.
 *
 * @param size in bytes
 * @param pieceLength in bytes
 * @param pieces the SHA-1 of each piece, 20 bytes each, in order
 */
public record Metainfo(Digest digest, long size, int pieceLength, byte[] pieces) {
    /** The length of a piece's SHA-1. */
    public static final int HASH_LENGTH = 20;

    private static final long MIN_PIECE_LENGTH = 1 << 14;
    private static final long MAX_PIECE_LENGTH = 1 << 28;

    public Metainfo {
        pieces = pieces.clone();
        long expected = (size + pieceLength - 1) / pieceLength * HASH_LENGTH;
        if (pieces.length != expected) {
            throw new IllegalArgumentException(
                    "a file of " + size + " bytes needs " + expected + " bytes of piece hashes, got " + pieces.length);
        }
    }

    /**
     * Reads what {@link #encode()} wrote.
     *
     * @throws IllegalArgumentException if the bytes are anything else
     */
    public static Metainfo parse(byte[] torrent) {
        if (!(Bdecoder.decode(torrent) instanceof Map<?, ?> top)
                || !(top.get("info") instanceof Map<?, ?> info)
                || !(info.get("name") instanceof byte[] name)
                || !(info.get("length") instanceof Long length)
                || !(info.get("piece length") instanceof Long pieceLength)
                || !(info.get("pieces") instanceof byte[] pieces)
                || info.size() != 4) {
            throw new IllegalArgumentException("not the metainfo of a Shoal artifact");
        }
        if (length < 1 || pieceLength < MIN_PIECE_LENGTH || pieceLength > MAX_PIECE_LENGTH) {
            throw new IllegalArgumentException("metainfo of " + length + " bytes in pieces of " + pieceLength);
        }
        Digest digest = new Digest(new String(name, StandardCharsets.ISO_8859_1));
        return new Metainfo(digest, length, pieceLength.intValue(), pieces);
    }

    /** How many pieces. */
    public int pieceCount() {
        return pieces.length / HASH_LENGTH;
    }

    /** The SHA-1 of piece {@code index}. */
    public byte[] pieceHash(int index) {
        return Arrays.copyOfRange(pieces, index * HASH_LENGTH, (index + 1) * HASH_LENGTH);
    }

    /** Where piece {@code index} begins. */
    public long pieceOffset(int index) {
        return (long) index * pieceLength;
    }

    /** How long piece {@code index} is; the last one may be shorter. */
    public int pieceSize(int index) {
        return (int) Math.min(pieceLength, size - pieceOffset(index));
    }

    /** The bytes of the {@code .torrent} file. */
    public byte[] encode() {
        return Bencode.encode(Map.of("info", info()));
    }

    /** The SHA-1 of the encoded info dictionary. */
    public InfoHash infoHash() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest(Bencode.encode(info()));
            return new InfoHash(HexFormat.of().formatHex(hash));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    private Map<String, Object> info() {
        return Map.of("length", size, "name", digest.value(), "piece length", pieceLength, "pieces", pieces);
    }

    @Override
    public byte[] pieces() {
        return pieces.clone();
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Metainfo other
                && digest.equals(other.digest)
                && size == other.size
                && pieceLength == other.pieceLength
                && Arrays.equals(pieces, other.pieces);
    }

    @Override
    public int hashCode() {
        return digest.hashCode();
    }
}
