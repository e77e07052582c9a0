package dev.shoal.activities.blobs;

import dev.shoal.model.Digest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.CRC32;

/** The hash functions that artifacts, pieces and S3's parts are named by. */
final class Hashes {
    private Hashes() {}

    static MessageDigest sha256() {
        return algorithm("SHA-256");
    }

    /** The SHA-1 of a piece. */
    static byte[] sha1(byte[] bytes, int offset, int length) {
        MessageDigest hash = algorithm("SHA-1");
        hash.update(bytes, offset, length);
        return hash.digest();
    }

    /** The ETag that S3 gives a part or a plain object, without quotes. */
    static String md5Hex(byte[] bytes, int length) {
        MessageDigest hash = algorithm("MD5");
        hash.update(bytes, 0, length);
        return HexFormat.of().formatHex(hash.digest());
    }

    /** What S3 calls CRC32. */
    static int crc32(byte[] bytes, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    /** Ends {@code sha256}. */
    static Digest digest(MessageDigest sha256) {
        return new Digest(HexFormat.of().formatHex(sha256.digest()));
    }

    private static MessageDigest algorithm(String name) {
        try {
            return MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + name, e);
        }
    }
}
