package dev.shoal.api.problem;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that throws a 413 as soon as it has given more than the limit. Not thread-safe. */
public final class LimitedInputStream extends FilterInputStream {
    private final long limit;
    private long given;

    /** @param limit in bytes */
    public LimitedInputStream(InputStream in, long limit) {
        super(in);
        this.limit = limit;
    }

    @Override
    public int read() throws IOException {
        int b = super.read();
        count(b < 0 ? 0 : 1);
        return b;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int n = super.read(buffer, offset, length);
        count(Math.max(n, 0));
        return n;
    }

    private void count(int n) {
        given += n;
        if (given > limit) {
            throw ProblemException.tooLarge(limit);
        }
    }
}
