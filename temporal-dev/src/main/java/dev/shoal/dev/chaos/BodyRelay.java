package dev.shoal.dev.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.OptionalLong;

/** Passes one body on, with its framing as it is. Confined to one thread. */
final class BodyRelay {
    private static final int BUFFER = 64 << 10;

    private final InputStream in;
    private final OutputStream out;
    private final Bandwidth bandwidth;
    private final long bytesPerSecond;
    private final byte[] buffer = new byte[BUFFER];
    private long cutAt = Long.MAX_VALUE;
    private long flipAt = -1;
    private long position;

    BodyRelay(InputStream in, OutputStream out, Bandwidth bandwidth, long bytesPerSecond) {
        this.in = in;
        this.out = out;
        this.bandwidth = bandwidth;
        this.bytesPerSecond = bytesPerSecond;
    }

    /** The connection is to be reset here. */
    static final class Cut extends IOException {
        Cut() {
            super("cut on purpose");
        }
    }

    /** Will throw {@link Cut} before the byte at this offset. */
    void cutAt(long offset) {
        cutAt = offset;
    }

    /** Will change the byte at this offset. */
    void flipAt(long offset) {
        flipAt = offset;
    }

    /** Passes on what the head promises. @throws Cut if so planned */
    void pass(HttpHead head, boolean untilEnd) throws IOException {
        OptionalLong length = head.contentLength();
        if (head.isChunked()) {
            chunked();
        } else if (length.isPresent()) {
            exactly(length.getAsLong());
        } else if (untilEnd) {
            exactly(Long.MAX_VALUE);
        }
        out.flush();
    }

    private void exactly(long count) throws IOException {
        long left = count;
        while (left > 0) {
            int read = in.read(buffer, 0, (int) Math.min(left, slice()));
            if (read < 0) {
                if (count == Long.MAX_VALUE) {
                    return;
                }
                throw new IOException("the connection ended within a body");
            }
            write(read);
            left -= read;
        }
    }

    /** A tenth of a second's worth at most, so that a slow body trickles. */
    private int slice() {
        return bytesPerSecond == 0 ? BUFFER : Math.clamp(bytesPerSecond / 10, 1, BUFFER);
    }

    private void write(int length) throws IOException {
        try {
            bandwidth.take(length, bytesPerSecond);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for bandwidth");
        }
        if (flipAt >= position && flipAt < position + length) {
            buffer[(int) (flipAt - position)] ^= 1;
        }
        if (cutAt < position + length) {
            out.write(buffer, 0, (int) Math.max(0, cutAt - position));
            out.flush();
            throw new Cut();
        }
        out.write(buffer, 0, length);
        position += length;
    }

    private void chunked() throws IOException {
        long size;
        do {
            String line = line();
            int extension = line.indexOf(';');
            try {
                size = Long.parseLong((extension < 0 ? line : line.substring(0, extension)).strip(), 16);
            } catch (NumberFormatException e) {
                throw new IOException("a chunk of length " + line, e);
            }
            if (size > 0) {
                exactly(size);
                line();
            }
        } while (size > 0);
        while (!line().isEmpty()) {
            // Trailers go on as they are.
        }
    }

    /** Reads and passes on one line of the framing. */
    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        int next;
        while ((next = in.read()) >= 0) {
            out.write(next);
            if (next == '\n') {
                return line.toString().strip();
            }
            line.append((char) next);
        }
        throw new IOException("the connection ended within a chunked body");
    }
}
