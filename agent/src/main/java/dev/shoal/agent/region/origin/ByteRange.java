package dev.shoal.agent.region.origin;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One range of a file, both ends included (RFC 9110, 14.1.2). */
record ByteRange(long first, long last) {
    private static final Pattern SYNTAX = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

    /** What a Range header asks for. */
    sealed interface Asked {
        /** All of it, since there is no header or one that is not understood. */
        record Whole() implements Asked {}

        record Part(ByteRange range) implements Asked {}

        record Unsatisfiable() implements Asked {}
    }

    /** Reads the header for a file of {@code size} bytes. */
    static Asked of(@Nullable String header, long size) {
        Matcher matcher = SYNTAX.matcher(Optional.ofNullable(header).orElse(""));
        if (!matcher.matches()
                || (matcher.group(1).isEmpty() && matcher.group(2).isEmpty())) {
            return new Asked.Whole();
        }
        if (matcher.group(1).isEmpty()) {
            long length = Math.min(size, Long.parseLong(matcher.group(2)));
            return length == 0 ? new Asked.Unsatisfiable() : new Asked.Part(new ByteRange(size - length, size - 1));
        }
        long first = Long.parseLong(matcher.group(1));
        long last = matcher.group(2).isEmpty() ? Long.MAX_VALUE : Long.parseLong(matcher.group(2));
        if (last < first) {
            return new Asked.Whole();
        }
        return first >= size
                ? new Asked.Unsatisfiable()
                : new Asked.Part(new ByteRange(first, Math.min(size - 1, last)));
    }

    long length() {
        return last - first + 1;
    }
}
