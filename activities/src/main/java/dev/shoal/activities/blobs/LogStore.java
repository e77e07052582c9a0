package dev.shoal.activities.blobs;

import dev.shoal.model.JobId;
import dev.shoal.workflows.Lease;
import java.util.Optional;

/**
 * Build logs: written by the host in segments while the build runs, read by anyone. A log is named by job and attempt, so that a
 * returning zombie cannot write into another attempt's log. Thread-safe.
 */
public interface LogStore {
    /** Stores {@code bytes} at {@code offset}; the same segment again is the same. */
    void append(Lease attempt, long offset, byte[] bytes);

    /** Up to {@code max} bytes from {@code offset}. */
    Chunk read(Lease attempt, long offset, int max);

    /**
     * Marks the log complete at {@code length} bytes; again is the same.
     *
     * @throws IllegalArgumentException if the segments leave a gap before {@code length}: append what is missing first
     */
    void finish(Lease attempt, long length);

    /** The newest attempt of the job that has a log. */
    Optional<Integer> newestAttempt(JobId job);

    /**
     * A piece of a log.
     *
     * @param next where to go on
     * @param complete whether the log ends at {@code next}
     */
    record Chunk(byte[] bytes, long next, boolean complete) {}
}
