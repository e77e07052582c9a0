package dev.shoal.activities.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the disk below a directory is full. Thread-safe. */
record DiskSpace(Path directory) {
    /** What the owner of a job reads. */
    static final String FULL = "the disk of the build host is full";

    private static final Logger LOG = LoggerFactory.getLogger(DiskSpace.class);
    /** With less, in bytes, nobody can build: tools fail in their own words, if they say why at all. */
    private static final long LEAST = 1 << 20;

    /** Whether next to nothing is left. */
    boolean isFull() {
        try {
            return Files.getFileStore(directory).getUsableSpace() < LEAST;
        } catch (IOException e) {
            LOG.warn("cannot see how full the disk of {} is: {}", directory, e.toString());
            return false;
        }
    }

    /** Whether this is what a write to a full disk throws, wrapped or not. */
    static boolean isFull(Throwable failure) {
        for (@Nullable Throwable e = failure; e != null; e = e.getCause()) {
            String message = String.valueOf(e.getMessage());
            if (message.contains("No space left on device") || message.contains("Disk quota exceeded")) {
                return true;
            }
        }
        return false;
    }
}
