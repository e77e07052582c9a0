package dev.shoal.agent.machine;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The SHA-256 of a file that grows from its start, taken while it grows: at 1 Gb/s the digest of 10 GiB at the end would cost a machine a
 * tenth of the whole time, and a second read of the disk. Thread-safe.
 */
final class RunningDigest {
    private static final int BUFFER = 1 << 20;

    private final Path file;
    private final ReentrantLock lock = new ReentrantLock();
    private final MessageDigest sha256;
    /** How much of the file is in the digest. */
    private long taken;
    /** How much the last call said to be there. */
    private long reached;

    RunningDigest(Path file) {
        this.file = file;
        try {
            this.sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /**
     * Says that the first {@code end} bytes are there. They are read at the next call, since libtorrent has a piece, from its buffers,
     * somewhat before it is in the file. Returns at once while another thread reads.
     */
    void reached(long end) throws IOException {
        if (lock.tryLock()) {
            try {
                take(reached);
                reached = Math.max(reached, end);
            } finally {
                lock.unlock();
            }
        }
    }

    /** How many bytes were read so far; waits for who reads. */
    long taken() {
        lock.lock();
        try {
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Reads what is left and ends it: in hex, of the first {@code size} bytes, or of all if there are fewer. */
    String finish(long size) throws IOException {
        lock.lock();
        try {
            take(size);
            return HexFormat.of().formatHex(sha256.digest());
        } finally {
            lock.unlock();
        }
    }

    private void take(long end) throws IOException {
        if (taken >= end) {
            return;
        }
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            while (taken < end) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedIOException("stopped while reading " + file);
                }
                buffer.clear().limit((int) Math.min(BUFFER, end - taken));
                if (in.read(buffer, taken) < 0) {
                    return;
                }
                taken += buffer.position();
                sha256.update(buffer.flip());
            }
        }
    }
}
