package dev.shoal.model;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers of bytes as people write them: {@code 512}, {@code 64KiB}, {@code 10MiB}, {@code 1.5GiB}; and kB, MB, GB, TB for powers of 1000. */
public final class ByteSizes {
    private static final Pattern SYNTAX = Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,3})?)\\s*([KMGTkmgt]?)(i?)[bB]?");
    private static final String UNITS = "kmgt";

    private ByteSizes() {}

    /** Reads one. Throws IllegalArgumentException naming the text if it is not one. */
    public static long parse(String text) {
        Matcher matcher = SYNTAX.matcher(text.strip());
        if (!matcher.matches()
                || (matcher.group(2).isEmpty() && !matcher.group(3).isEmpty())) {
            throw new IllegalArgumentException("not a number of bytes like 64KiB, 10MiB or 1GB: '" + text + "'");
        }
        int power =
                matcher.group(2).isEmpty() ? 0 : UNITS.indexOf(matcher.group(2).toLowerCase(Locale.ROOT)) + 1;
        double unit = Math.pow(matcher.group(3).isEmpty() ? 1000 : 1024, power);
        return Math.round(Double.parseDouble(matcher.group(1)) * unit);
    }

    /** With a binary unit and one decimal: {@code 1.5 GiB}. */
    public static String text(long bytes) {
        double value = bytes;
        int power = 0;
        while (value >= 1024 && power < UNITS.length()) {
            value /= 1024;
            power++;
        }
        return power == 0
                ? bytes + " B"
                : String.format(
                        Locale.ROOT,
                        "%.1f %siB",
                        value,
                        UNITS.toUpperCase(Locale.ROOT).charAt(power - 1));
    }
}
