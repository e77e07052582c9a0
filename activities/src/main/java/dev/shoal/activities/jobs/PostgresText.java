package dev.shoal.activities.jobs;

import dev.shoal.model.json.Json;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Text as Postgres can hold it. Neither {@code text} nor {@code jsonb} has a NUL character, but the output of a build or of a
 * health check may: refusing it would keep a job from ending, or one machine's report from being written with 1,999 others.
 */
final class PostgresText {
    private static final char REPLACEMENT = '\uFFFD';
    private static final String ESCAPED_NUL = "\\u0000";
    private static final String ESCAPED_REPLACEMENT = "\\ufffd";

    private PostgresText() {}

    static String of(String text) {
        return text.replace('\0', REPLACEMENT);
    }

    static @Nullable String of(Optional<String> text) {
        return text.map(PostgresText::of).orElse(null);
    }

    /** The JSON of {@code value}, for a {@code jsonb}. */
    static String json(Object value) {
        return withoutEscapedNul(Json.text(value));
    }

    /** Reads escapes in pairs: in {@code \\u0000} the backslash is what is escaped, and the rest is plain text. */
    static String withoutEscapedNul(String json) {
        if (!json.contains(ESCAPED_NUL)) {
            return json;
        }
        StringBuilder out = new StringBuilder(json.length());
        for (int i = 0; i < json.length(); ) {
            if (json.charAt(i) != '\\') {
                out.append(json.charAt(i++));
            } else if (json.startsWith(ESCAPED_NUL, i)) {
                out.append(ESCAPED_REPLACEMENT);
                i += ESCAPED_NUL.length();
            } else {
                out.append(json, i, i + 2);
                i += 2;
            }
        }
        return out.toString();
    }
}
