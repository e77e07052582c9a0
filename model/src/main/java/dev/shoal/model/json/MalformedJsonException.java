package dev.shoal.model.json;

/** The document is not JSON, or not that of the wanted record. The message names the record and what is wrong with it. */
public final class MalformedJsonException extends IllegalArgumentException {
    private static final int LONGEST_REASON = 300;

    MalformedJsonException(Class<?> type, Exception cause) {
        super("not a " + type.getSimpleName() + ": " + firstLine(cause), cause);
    }

    private static String firstLine(Exception cause) {
        String line = String.valueOf(cause.getMessage()).lines().findFirst().orElse("empty");
        return line.length() > LONGEST_REASON ? line.substring(0, LONGEST_REASON) : line;
    }
}
