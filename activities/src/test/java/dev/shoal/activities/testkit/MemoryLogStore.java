package dev.shoal.activities.testkit;

import dev.shoal.activities.blobs.BlobOutage;
import dev.shoal.activities.blobs.LogStore;
import dev.shoal.model.JobId;
import dev.shoal.workflows.Lease;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Logs in memory, with outages on demand. Thread-safe. */
public final class MemoryLogStore implements LogStore {
    private final Map<Lease, Log> logs = new ConcurrentHashMap<>();
    private int outage;
    private int refused;

    private static final class Log {
        private final TreeMap<Long, byte[]> segments = new TreeMap<>();
        private long length = -1;
    }

    /** The next {@code calls} calls fail as if S3 were away. */
    public synchronized void failNext(int calls) {
        outage = calls;
    }

    /** How many calls were made while it was away. */
    public synchronized int refused() {
        return refused;
    }

    @Override
    public synchronized void append(Lease attempt, long offset, byte[] bytes) {
        answer();
        log(attempt).segments.put(offset, bytes.clone());
    }

    @Override
    public synchronized Chunk read(Lease attempt, long offset, int max) {
        byte[] all = text(attempt).getBytes(StandardCharsets.UTF_8);
        int from = (int) Math.min(offset, all.length);
        int to = Math.min(all.length, from + max);
        return new Chunk(Arrays.copyOfRange(all, from, to), to, log(attempt).length == to);
    }

    @Override
    public synchronized void finish(Lease attempt, long length) {
        answer();
        log(attempt).length = length;
    }

    @Override
    public synchronized Optional<Integer> newestAttempt(JobId job) {
        return logs.keySet().stream()
                .filter(lease -> lease.job().equals(job))
                .map(Lease::attempt)
                .max(Integer::compare);
    }

    /** What was stored, in order of its offsets. @throws IllegalStateException if segments overlap or leave a gap */
    public synchronized String text(Lease attempt) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        log(attempt).segments.forEach((offset, bytes) -> {
            if (offset != all.size()) {
                throw new IllegalStateException("segment at " + offset + " follows " + all.size() + " bytes");
            }
            all.writeBytes(bytes);
        });
        return all.toString(StandardCharsets.UTF_8);
    }

    /** The sizes of the segments, in order. */
    public synchronized List<Integer> segmentSizes(Lease attempt) {
        List<Integer> sizes = new ArrayList<>();
        log(attempt).segments.values().forEach(bytes -> sizes.add(bytes.length));
        return sizes;
    }

    /** The length that the log was finished with; empty while it is open. */
    public synchronized Optional<Long> finished(Lease attempt) {
        return Optional.of(log(attempt).length).filter(length -> length >= 0);
    }

    private void answer() {
        if (outage > 0) {
            outage--;
            refused++;
            throw BlobOutage.of("logs");
        }
    }

    private Log log(Lease attempt) {
        return logs.computeIfAbsent(attempt, any -> new Log());
    }
}
