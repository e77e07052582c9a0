package dev.shoal.activities.blobs;

import java.util.List;
import java.util.stream.IntStream;

/** How {@code size} bytes are cut into parts of {@code partLength}; the last one may be shorter. */
record PartLayout(long size, long partLength) {
    /** S3's limit. */
    private static final int MOST_PARTS = 10_000;

    PartLayout {
        if (size < 1 || partLength < 1) {
            throw new IllegalArgumentException("cannot cut " + size + " bytes into parts of " + partLength);
        }
    }

    /** The shortest parts of at least {@code wanted} bytes that hold whole {@code unit}s and are few enough. */
    static PartLayout of(long size, long wanted, int unit) {
        long atLeast = Math.max(wanted, Math.ceilDiv(size, MOST_PARTS));
        return new PartLayout(size, Math.ceilDiv(atLeast, unit) * unit);
    }

    int count() {
        return Math.toIntExact(Math.ceilDiv(size, partLength));
    }

    /** How long a buffer must be for any of the parts. */
    int bufferLength() {
        return Math.toIntExact(Math.min(size, partLength));
    }

    List<Part> parts() {
        return IntStream.rangeClosed(1, count()).mapToObj(this::part).toList();
    }

    private Part part(int number) {
        long offset = (number - 1) * partLength;
        return new Part(number, offset, Math.min(partLength, size - offset));
    }

    /** A part; numbers begin with 1, as S3's do. */
    record Part(int number, long offset, long length) {
        /** For parts that are held in memory. */
        int intLength() {
            return Math.toIntExact(length);
        }
    }
}
