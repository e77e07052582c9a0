package dev.shoal.agent.ban;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a banned peer is told, as the failure reason of its announces.
 *
 * @param until when the ban ends
 * @param by the region agent
 */
public record BanNotice(Instant until, String by, String reason) {
    private static final Pattern TEXT = Pattern.compile("banned until (\\S{1,40}) by (\\S{1,100}): (.{1,400})");

    /** The notice in this failure reason, if it is one. */
    public static Optional<BanNotice> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        try {
            return matcher.matches()
                    ? Optional.of(new BanNotice(Instant.parse(matcher.group(1)), matcher.group(2), matcher.group(3)))
                    : Optional.empty();
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** For people and for {@link #parse}. */
    @Override
    public String toString() {
        return "banned until " + until + " by " + by + ": " + reason;
    }
}
