package dev.shoal.simulation.arrivals;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** When a program's command began to run, as it says itself in its log: by the build host's clock. */
public final class StartStamp {
    static final String WORD = "started-at-ms";

    /** At the line's beginning: the log also repeats the command. */
    private static final Pattern LINE = Pattern.compile("^" + WORD + " (\\d{13})\\b", Pattern.MULTILINE);

    private StartStamp() {}

    /** Of a log; empty if it does not say. */
    public static Optional<Instant> in(String log) {
        Matcher matcher = LINE.matcher(log);
        return matcher.find() ? Optional.of(Instant.ofEpochMilli(Long.parseLong(matcher.group(1)))) : Optional.empty();
    }
}
