package dev.shoal.activities.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A build's output on disk, up to a limit; what comes after it is read and dropped, so that the build goes on. Written by one
 * thread at a time, read by others. Thread-safe.
 */
public final class OutputFile implements AutoCloseable {
    private static final int BUFFER = 64 << 10;
    private static final int TAIL_LINES = 40;
    private static final int TAIL_BYTES = 4096;

    private final Path file;
    private final long limit;
    private final SecretMask mask;
    private final FileChannel channel;
    private final ReentrantLock lock = new ReentrantLock();
    private long written;
    private boolean cut;

    /** Hides nothing. */
    public OutputFile(Path file, long limit) throws IOException {
        this(file, limit, SecretMask.NONE);
    }

    /** Goes on after what is there; the limit is in bytes, of what is left when {@code mask} has hidden the secrets. */
    public OutputFile(Path file, long limit, SecretMask mask) throws IOException {
        this.file = file;
        this.limit = limit;
        this.mask = mask;
        this.channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        this.written = channel.size();
    }

    /** A line of the host's own, which is kept beyond the limit too: there are few of them. */
    public void line(String text) throws IOException {
        lock.lock();
        try {
            append(ByteBuffer.wrap(("shoal: " + mask.mask(text) + "\n").getBytes(StandardCharsets.UTF_8)));
        } finally {
            lock.unlock();
        }
    }

    /** Takes everything from {@code in}, until its end. */
    void drain(InputStream in) throws IOException {
        byte[] buffer = new byte[BUFFER];
        SecretMask.Masking masking = mask.masking();
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            if (mask.isEmpty()) {
                write(buffer, n);
            } else {
                byte[] shown = masking.take(buffer, n);
                write(shown, shown.length);
            }
        }
        byte[] rest = masking.rest();
        write(rest, rest.length);
    }

    private void write(byte[] bytes, int length) throws IOException {
        lock.lock();
        try {
            int fits = (int) Math.max(0, Math.min(length, limit - written));
            append(ByteBuffer.wrap(bytes, 0, fits));
            if (fits < length && !cut) {
                cut = true;
                append(ByteBuffer.wrap(("\nshoal: the output is cut here, at " + limit + " bytes; the build goes on\n")
                        .getBytes(StandardCharsets.UTF_8)));
            }
        } finally {
            lock.unlock();
        }
    }

    private void append(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            written += channel.write(bytes);
        }
    }

    /** Where it is. */
    public Path file() {
        return file;
    }

    /** The last lines: at most 40 of them and 4 KiB. */
    public String tail() throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            long size = in.length();
            byte[] end = new byte[(int) Math.min(size, TAIL_BYTES)];
            in.seek(size - end.length);
            in.readFully(end);
            String text = new String(end, StandardCharsets.UTF_8);
            if (size > end.length && text.indexOf('\n') >= 0 && text.indexOf('\n') < text.length() - 1) {
                text = text.substring(text.indexOf('\n') + 1);
            }
            String[] lines = text.split("(?<=\n)", -1);
            int count = lines.length > 0 && lines[lines.length - 1].isEmpty() ? lines.length - 1 : lines.length;
            int from = Math.max(0, count - TAIL_LINES);
            String last = String.join("", java.util.Arrays.asList(lines).subList(from, count));
            // Decoding may have made one damaged byte into three.
            return last.length() > TAIL_BYTES ? last.substring(last.length() - TAIL_BYTES) : last;
        }
    }

    /** Its length, in bytes. */
    public long length() throws IOException {
        return Files.size(file);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
