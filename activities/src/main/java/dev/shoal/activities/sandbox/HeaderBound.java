package dev.shoal.activities.sandbox;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Keeps the headers of an archive, which its reader takes into memory whole, from being gigabytes. Used by one thread. */
final class HeaderBound extends FilterInputStream {
    private static final long LONGEST = 4 << 20;

    private long left = Long.MAX_VALUE;

    HeaderBound(InputStream in) {
        super(in);
    }

    /** A header is read next. */
    void header() {
        left = LONGEST;
    }

    /** An entry's content is read next. */
    void content() {
        left = Long.MAX_VALUE;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = super.read(bytes, offset, length);
        left -= Math.max(0, read);
        if (left < 0) {
            throw new IOException("one of its headers is longer than " + LONGEST + " bytes");
        }
        return read;
    }

    /** By reading, so that it counts. */
    @Override
    public long skip(long count) throws IOException {
        byte[] skipped = new byte[Math.clamp(count, 0, 64 << 10)];
        return Math.max(0, read(skipped, 0, skipped.length));
    }
}
