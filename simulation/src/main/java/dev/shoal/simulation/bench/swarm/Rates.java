package dev.shoal.simulation.bench.swarm;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Rates of links, as people write them. */
public final class Rates {
    private static final Pattern SYNTAX = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,3})?)\\s*([KMGkmg])bit");

    private Rates() {}

    /** Bits a second of something like {@code 40Mbit}. @throws IllegalArgumentException if it is no rate */
    public static long parse(String text) {
        Matcher matcher = SYNTAX.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no rate like 40Mbit");
        }
        long unit = switch (matcher.group(2).toUpperCase(Locale.ROOT)) {
            case "K" -> 1_000;
            case "M" -> 1_000_000;
            default -> 1_000_000_000;
        };
        long rate = Math.round(Double.parseDouble(matcher.group(1)) * unit);
        if (rate < 1) {
            throw new IllegalArgumentException("a rate must be above 0, got " + text);
        }
        return rate;
    }
}
