package dev.shoal.activities.blobs;

/** Hears how far a transfer is, and may stop it. */
@FunctionalInterface
public interface UploadProgress {
    /**
     * Called on the thread that called the store, after each part and at least every second while S3 works. Whatever it throws
     * ends the transfer, which leaves nothing behind and rethrows it.
     *
     * @param bytes stored so far
     * @param total size in bytes
     */
    void moved(long bytes, long total);

    /** Nobody listens. */
    static UploadProgress none() {
        return (bytes, total) -> {};
    }
}
