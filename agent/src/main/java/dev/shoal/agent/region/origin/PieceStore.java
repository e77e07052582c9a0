package dev.shoal.agent.region.origin;

import dev.shoal.model.torrent.Metainfo;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * An artifact's file, piece by piece. What lies there is believed only after its hash was checked, also after a restart, so that a
 * torn write or a lost page does no harm. Thread-safe for different pieces.
 */
final class PieceStore implements AutoCloseable {
    private static final int BUFFER = 128 << 10;

    private final Metainfo metainfo;
    private final FileChannel file;

    private PieceStore(Metainfo metainfo, FileChannel file) {
        this.metainfo = metainfo;
        this.file = file;
    }

    static PieceStore open(Metainfo metainfo, Path path) throws IOException {
        return new PieceStore(
                metainfo,
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    Metainfo metainfo() {
        return metainfo;
    }

    /** Whether the right bytes lie there: reads them. */
    boolean holds(int piece) throws IOException {
        long position = metainfo.pieceOffset(piece);
        int left = metainfo.pieceSize(piece);
        if (file.size() < position + left) {
            return false;
        }
        MessageDigest sha1 = sha1();
        byte[] buffer = new byte[BUFFER];
        while (left > 0) {
            int read = file.read(ByteBuffer.wrap(buffer, 0, Math.min(left, BUFFER)), position);
            if (read < 0) {
                return false;
            }
            sha1.update(buffer, 0, read);
            position += read;
            left -= read;
        }
        return Arrays.equals(sha1.digest(), metainfo.pieceHash(piece));
    }

    /** Takes the next piece out of the stream. Returns whether it was the right one; throws if the stream ends before it. */
    boolean write(int piece, InputStream in) throws IOException {
        long position = metainfo.pieceOffset(piece);
        int left = metainfo.pieceSize(piece);
        MessageDigest sha1 = sha1();
        byte[] buffer = new byte[BUFFER];
        while (left > 0) {
            int read = in.readNBytes(buffer, 0, Math.min(left, BUFFER));
            if (read == 0) {
                throw new IOException("the stream ended " + left + " bytes early");
            }
            sha1.update(buffer, 0, read);
            write(ByteBuffer.wrap(buffer, 0, read), position);
            position += read;
            left -= read;
        }
        return Arrays.equals(sha1.digest(), metainfo.pieceHash(piece));
    }

    private void write(ByteBuffer bytes, long position) throws IOException {
        try {
            long at = position;
            while (bytes.hasRemaining()) {
                at += file.write(bytes, at);
            }
        } catch (IOException e) {
            throw new DiskException(e);
        }
    }

    /** Sends as much as the channel takes, from the page cache without a copy where the system can. Returns how much. */
    long send(long position, long count, WritableByteChannel to) throws IOException {
        return file.transferTo(position, count, to);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /** This disk, and not S3, refused. */
    static final class DiskException extends IOException {
        private static final long serialVersionUID = 1;

        DiskException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}
