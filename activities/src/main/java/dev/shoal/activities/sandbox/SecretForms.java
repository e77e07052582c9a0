package dev.shoal.activities.sandbox;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The ways in which tools print a secret: pure. */
final class SecretForms {
    /** Shorter values cannot be hidden without hiding everything else, in bytes. */
    static final int SHORTEST = 4;

    /** Shorter lines of a value of several lines say nothing ("}", "true"), in bytes. */
    private static final int SHORTEST_LINE = 6;

    /** The widths at which {@code base64} and {@code openssl} break lines. */
    private static final int[] WIDTHS = {76, 64};

    private SecretForms() {}

    /** All forms of a value, none of them shorter than {@link #SHORTEST}. */
    static Stream<byte[]> of(String value) {
        Set<String> forms = new LinkedHashSet<>();
        for (String each : List.of(value, value.stripTrailing(), value.strip() + "\n")) {
            forms.add(each.strip());
            forms.addAll(List.of(
                    each.strip().replace("\r\n", "\n"),
                    each.strip().replace("\r\n", "\n").replace("\n", "\r\n"),
                    each.strip().replace("\n", "\\n"),
                    URLEncoder.encode(each.strip(), StandardCharsets.UTF_8)));
            base64(each.getBytes(StandardCharsets.UTF_8), forms);
        }
        value.lines().map(String::strip).filter(SecretForms::says).forEach(forms::add);
        return forms.stream()
                .map(form -> form.getBytes(StandardCharsets.UTF_8))
                .filter(form -> form.length >= SHORTEST);
    }

    private static boolean says(String line) {
        return line.length() >= SHORTEST_LINE;
    }

    /** Alone, and inside of something else: there it may begin at any of three places within a group of four characters. */
    private static void base64(byte[] value, Set<String> forms) {
        for (Base64.Encoder encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
            String alone = encoder.encodeToString(value);
            forms.add(alone);
            for (int width : WIDTHS) {
                lines(alone, width).stream().filter(SecretForms::says).forEach(forms::add);
            }
            for (int before = 0; before < 3; before++) {
                byte[] shifted = new byte[before + value.length];
                System.arraycopy(value, 0, shifted, before, value.length);
                String text = encoder.encodeToString(shifted);
                // Characters that share bits with what stands before or after are not the value's.
                int from = before == 0 ? 0 : before + 1;
                String own = text.substring(from, shifted.length * 8 / 6);
                if (own.length() > SHORTEST) {
                    forms.add(own);
                }
            }
        }
    }

    private static List<String> lines(String text, int width) {
        List<String> lines = new ArrayList<>();
        for (int at = 0; text.length() > width && at < text.length(); at += width) {
            lines.add(text.substring(at, Math.min(text.length(), at + width)));
        }
        return lines;
    }
}
