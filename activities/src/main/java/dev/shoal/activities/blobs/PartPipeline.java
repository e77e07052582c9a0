package dev.shoal.activities.blobs;

import dev.shoal.activities.blobs.PartLayout.Part;
import dev.shoal.model.Digest;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Moves a file part by part through memory that is bounded: parts are read ahead, hashed into one SHA-256 in order, and written
 * several at once. Reads and writes run on the transfer's pool; everything else on the thread that owns the transfer.
 */
final class PartPipeline {
    /** Parts that are read before they can be written. */
    static final int READ_AHEAD = 2;

    private final PartLayout layout;
    private final int parallel;
    private final Transfer transfer;
    private final MessageDigest sha256 = Hashes.sha256();
    private final Deque<InFlight> reading = new ArrayDeque<>();
    private final Deque<InFlight> writing = new ArrayDeque<>();
    private final Deque<byte[]> free = new ArrayDeque<>();

    PartPipeline(PartLayout layout, int parallel, Transfer transfer) {
        this.layout = layout;
        this.parallel = parallel;
        this.transfer = transfer;
    }

    /** What it holds in memory at most, in bytes. */
    long most() {
        return Math.min(layout.size(), (long) (parallel + READ_AHEAD) * layout.bufferLength());
    }

    /** Work on one part whose bytes are, or come to be, at the beginning of {@code buffer}. */
    @FunctionalInterface
    interface PartStep {
        void apply(Part part, byte[] buffer) throws IOException;
    }

    /** Moves everything once and returns the digest of what was read. */
    Digest run(PartStep read, PartStep write) {
        for (Part part : layout.parts()) {
            if (reading.size() == READ_AHEAD) {
                hashNext(write);
            }
            byte[] buffer = free.isEmpty() ? new byte[layout.bufferLength()] : free.pop();
            reading.add(begin(part, buffer, read));
        }
        while (!reading.isEmpty()) {
            hashNext(write);
        }
        while (!writing.isEmpty()) {
            retireNext();
        }
        return Hashes.digest(sha256);
    }

    private void hashNext(PartStep write) {
        InFlight read = reading.remove();
        transfer.await(read.step);
        sha256.update(read.buffer, 0, read.part.intLength());
        if (writing.size() == parallel) {
            retireNext();
        }
        writing.add(begin(read.part, read.buffer, write));
    }

    private void retireNext() {
        InFlight written = writing.remove();
        transfer.await(written.step);
        free.push(written.buffer);
        transfer.moved(written.part.length());
    }

    private InFlight begin(Part part, byte[] buffer, PartStep step) {
        return new InFlight(part, buffer, transfer.start(() -> {
            step.apply(part, buffer);
            return part;
        }));
    }

    private record InFlight(Part part, byte[] buffer, Transfer.Step<Part> step) {}
}
