package dev.shoal.activities.blobs;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one listing of an attempt's log shows.
 *
 * @param pieces segments, and the whole log if it was compacted, by offset
 * @param length of the log, once it is finished
 */
record LogObjects(List<Piece> pieces, OptionalLong length) {
    private static final String FULL = "full";
    private static final String END = "end-";

    LogObjects {
        pieces = pieces.stream().sorted(Comparator.comparingLong(Piece::offset)).toList();
    }

    /** An object that holds {@code size} bytes of the log from {@code offset}. */
    record Piece(String key, long offset, long size) {
        long end() {
            return offset + size;
        }
    }

    /** The name of the segment at an offset; sorts by offset. */
    static String segmentName(long offset) {
        return "%012d".formatted(offset);
    }

    static String fullName() {
        return FULL;
    }

    /** The name of the empty object that ends a log: the length is in the name, so that a listing shows it. */
    static String endName(long length) {
        return END + "%012d".formatted(length);
    }

    /** Reads a listing: {@code objects} as key and size, keys beginning with {@code prefix}. */
    static LogObjects of(String prefix, List<Listed> objects) {
        List<Piece> pieces = new ArrayList<>();
        OptionalLong length = OptionalLong.empty();
        for (Listed object : objects) {
            String name = object.key().substring(prefix.length());
            if (name.equals(FULL)) {
                pieces.add(new Piece(object.key(), 0, object.size()));
            } else if (name.matches("[0-9]{12}")) {
                pieces.add(new Piece(object.key(), Long.parseLong(name), object.size()));
            } else if (name.matches(END + "[0-9]{12}")) {
                length = OptionalLong.of(Long.parseLong(name.substring(END.length())));
            }
        }
        return new LogObjects(pieces, length);
    }

    /** An object of a listing. */
    record Listed(String key, long size) {}

    /** The piece that reaches farthest of those that hold the byte at {@code offset}. */
    Optional<Piece> holding(long offset) {
        return pieces.stream()
                .filter(piece -> piece.offset() <= offset && offset < piece.end())
                .max(Comparator.comparingLong(Piece::end));
    }

    /** Where the bytes that follow one another from {@code offset} stop; {@code offset} itself if there are none. */
    long contiguousFrom(long offset) {
        long end = offset;
        for (Piece piece : pieces) {
            if (piece.offset() > end) {
                break;
            }
            end = Math.max(end, piece.end());
        }
        return end;
    }
}
