package dev.shoal.activities.blobs;

/**
 * How a transfer is cut. It holds up to {@code parallel + 2} parts in memory.
 *
 * @param partLength in bytes, wanted; large files and their pieces may need longer parts
 * @param parallel parts written at once
 */
record TransferSettings(int partLength, int parallel) {
    /** S3 refuses smaller parts, except the last. */
    static final int SMALLEST_PART = 5 << 20;

    /** Measured on two cores: four parts of 16 MiB at once saturate the disk, and 64 MiB parts gain nothing. */
    static final TransferSettings DEFAULT = new TransferSettings(16 << 20, 4);

    TransferSettings {
        if (partLength < SMALLEST_PART || parallel < 1) {
            throw new IllegalArgumentException("bad transfer settings: parts of " + partLength + ", " + parallel);
        }
    }
}
