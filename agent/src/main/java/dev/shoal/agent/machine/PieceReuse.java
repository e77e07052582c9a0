package dev.shoal.agent.machine;

import dev.shoal.model.torrent.Metainfo;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which pieces of a new artifact lie on this disk already, in files of others; see docs/adr/0015-piece-reuse.md. What is copied is believed
 * by nobody: libtorrent reads a file that it has no marks of, piece by piece, and fetches what is not right.
 */
final class PieceReuse {
    /**
     * The new file is read once for what it saves: a second a GiB, in which a link of 1 Gb/s brings an eighth of a GiB. Twice that, since
     * the copy takes time too.
     */
    static final double WORTHWHILE = 1.0 / 4;

    private PieceReuse() {}

    /** A file that is here, whole or in part. */
    record Source(Metainfo metainfo, Path file) {}

    /**
     * Bytes to copy.
     *
     * @param to where they belong in the new file
     */
    record Copy(Path file, long from, long to, int length) {}

    /** What to copy, in the order of the new file; nothing if it is not worthwhile. */
    static List<Copy> plan(Metainfo wanted, List<Source> sources) {
        Map<ByteBuffer, Copy> known = new HashMap<>();
        for (Source source : sources) {
            Metainfo m = source.metainfo();
            byte[] hashes = m.pieces();
            for (int i = 0; i < m.pieceCount(); i++) {
                known.putIfAbsent(hash(hashes, i), new Copy(source.file(), m.pieceOffset(i), 0, m.pieceSize(i)));
            }
        }
        List<Copy> plan = new ArrayList<>();
        byte[] hashes = wanted.pieces();
        for (int i = 0; i < wanted.pieceCount(); i++) {
            Copy at = known.get(hash(hashes, i));
            if (at != null && at.length() == wanted.pieceSize(i)) {
                plan.add(new Copy(at.file(), at.from(), wanted.pieceOffset(i), at.length()));
            }
        }
        return bytes(plan) >= wanted.size() * WORTHWHILE ? plan : List.of();
    }

    /** How many bytes that is. */
    static long bytes(List<Copy> plan) {
        return plan.stream().mapToLong(Copy::length).sum();
    }

    /** Copies into {@code target}, which is made and has holes where nothing is copied to. @throws IOException if that fails midway */
    static void copy(List<Copy> plan, Path target) throws IOException {
        Map<Path, FileChannel> open = new HashMap<>();
        try (FileChannel out = FileChannel.open(target, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (Copy copy : plan) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedIOException("stopped while copying to " + target);
                }
                FileChannel in = open.get(copy.file());
                if (in == null) {
                    in = FileChannel.open(copy.file(), StandardOpenOption.READ);
                    open.put(copy.file(), in);
                }
                copy(in, copy, out);
            }
        } finally {
            for (FileChannel in : open.values()) {
                in.close();
            }
        }
    }

    // A source that has become shorter ends the piece early; the check finds it wrong.
    private static void copy(FileChannel in, Copy copy, FileChannel out) throws IOException {
        out.position(copy.to());
        long done = 0;
        long moved = 1;
        while (done < copy.length() && moved > 0) {
            moved = in.transferTo(copy.from() + done, copy.length() - done, out);
            done += moved;
        }
    }

    private static ByteBuffer hash(byte[] hashes, int piece) {
        return ByteBuffer.wrap(hashes, piece * Metainfo.HASH_LENGTH, Metainfo.HASH_LENGTH)
                .slice();
    }
}
