package dev.shoal.activities.blobs;

import dev.shoal.activities.blobs.LogObjects.Listed;
import dev.shoal.activities.blobs.LogObjects.Piece;
import dev.shoal.activities.blobs.PartLayout.Part;
import dev.shoal.model.JobId;
import dev.shoal.model.RegionName;
import dev.shoal.workflows.Lease;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import software.amazon.awssdk.services.s3.model.CommonPrefix;

/**
 * {@link LogStore} under {@code logs/<job>/<attempt>/}: segments named by their offset, then {@code end-<length>}, and
 * {@code full} instead of the segments. Every read lists anew, and goes by the listing. Thread-safe.
 */
public final class S3LogStore implements LogStore {
    /** How often the objects may change under a reader: a segment can only give way to the compacted log, once. */
    private static final int TRIES = 3;

    private final S3Bucket home;
    private final int compactionPart;

    public S3LogStore(S3Regions regions, RegionName home) {
        this(regions, home, TransferSettings.DEFAULT.partLength());
    }

    S3LogStore(S3Regions regions, RegionName home, int compactionPart) {
        this.home = regions.bucket(home);
        this.compactionPart = compactionPart;
    }

    @Override
    public void append(Lease attempt, long offset, byte[] bytes) {
        if (offset < 0) {
            throw new IllegalArgumentException("offset of a log must not be negative, got " + offset);
        }
        if (bytes.length > 0) {
            home.put(prefix(attempt) + LogObjects.segmentName(offset), bytes, Map.of());
        }
    }

    @Override
    public Chunk read(Lease attempt, long offset, int max) {
        if (offset < 0 || max < 1) {
            throw new IllegalArgumentException("cannot read " + max + " bytes at " + offset + " of a log");
        }
        for (int i = 0; i < TRIES; i++) {
            Optional<Chunk> chunk = read(objects(attempt), offset, max);
            if (chunk.isPresent()) {
                return chunk.get();
            }
        }
        throw home.failure(prefix(attempt), "its objects vanish while they are read");
    }

    @Override
    public void finish(Lease attempt, long length) {
        LogObjects objects = objects(attempt);
        long available = objects.contiguousFrom(0);
        if (length < 0 || available < length) {
            throw new IllegalArgumentException(
                    "the log of " + attempt + " has " + available + " bytes, it cannot be complete at " + length);
        }
        home.put(prefix(attempt) + LogObjects.endName(length), new byte[0], Map.of());
        if (length > 0 && objects.pieces().size() > 1) {
            compact(attempt, objects, length);
        }
    }

    @Override
    public Optional<Integer> newestAttempt(JobId job) {
        String prefix = "logs/" + job + "/";
        return home.call(
                "listing attempts",
                prefix,
                s3 -> s3
                        .listObjectsV2Paginator(
                                b -> b.bucket(home.name()).prefix(prefix).delimiter("/"))
                        .commonPrefixes()
                        .stream()
                        .map(CommonPrefix::prefix)
                        .map(found -> found.substring(prefix.length()).replace("/", ""))
                        .filter(found -> found.matches("[0-9]{1,9}"))
                        .map(Integer::valueOf)
                        .max(Integer::compare));
    }

    /** Absent if an object of the listing is gone. */
    private Optional<Chunk> read(LogObjects objects, long offset, int max) {
        long end = objects.length().orElse(Long.MAX_VALUE);
        long available = Math.min(objects.contiguousFrom(offset), end) - offset;
        byte[] bytes = new byte[Math.clamp(available, 0, max)];
        int filled = 0;
        while (filled < bytes.length) {
            long at = offset + filled;
            Piece piece = objects.holding(at).orElseThrow();
            int wanted = (int) Math.min(bytes.length - filled, piece.end() - at);
            byte[] buffer = new byte[wanted];
            OptionalInt read = home.read(piece.key(), at - piece.offset(), wanted, buffer);
            if (read.isEmpty() || read.getAsInt() < wanted) {
                return Optional.empty();
            }
            System.arraycopy(buffer, 0, bytes, filled, wanted);
            filled += wanted;
        }
        long next = offset + filled;
        return Optional.of(new Chunk(bytes, next, next >= end));
    }

    private void compact(Lease attempt, LogObjects objects, long length) {
        String whole = prefix(attempt) + LogObjects.fullName();
        if (objects.pieces().stream().noneMatch(piece -> piece.key().equals(whole) && piece.end() == length)) {
            writeWhole(attempt, whole, objects, length);
        }
        objects.pieces().stream()
                .map(Piece::key)
                .filter(key -> !key.equals(whole))
                .forEach(home::delete);
    }

    private void writeWhole(Lease attempt, String key, LogObjects objects, long length) {
        PartLayout layout = PartLayout.of(length, compactionPart, 1);
        MultipartWrite write = MultipartWrite.begin(home, key, Map.of());
        boolean complete = false;
        try {
            for (Part part : layout.parts()) {
                byte[] bytes = read(objects, part.offset(), part.intLength())
                        .map(Chunk::bytes)
                        .filter(found -> found.length == part.length())
                        .orElseThrow(
                                () -> home.failure(prefix(attempt), "its objects vanish while they are compacted"));
                write.put(part, bytes);
            }
            write.complete();
            complete = true;
        } finally {
            if (!complete) {
                write.abort();
            }
        }
    }

    private LogObjects objects(Lease attempt) {
        String prefix = prefix(attempt);
        return LogObjects.of(
                prefix,
                home.list(prefix).stream()
                        .map(object -> new Listed(object.key(), object.size()))
                        .toList());
    }

    private static String prefix(Lease attempt) {
        return "logs/" + attempt.job() + "/" + attempt.attempt() + "/";
    }
}
