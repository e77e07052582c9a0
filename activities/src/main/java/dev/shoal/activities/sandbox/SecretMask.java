package dev.shoal.activities.sandbox;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Replaces secrets by {@code ***} in bytes that come in pieces, wherever the pieces are cut: the values, their lines, and what base64,
 * URL and JSON make of them ({@link SecretForms}). Where forms overlap, all of them go. Immutable; a {@link Stream} belongs to one thread.
 */
public final class SecretMask {
    /** Hides nothing. */
    public static final SecretMask NONE = new SecretMask(List.of());

    private static final byte[] STARS = "***".getBytes(StandardCharsets.US_ASCII);
    private static final int PAIRS = 1 << 16;

    /** By their first two bytes, the longest first; null where nothing begins so. */
    private final byte[][][] forms;

    private final boolean[] firsts = new boolean[256];
    private final boolean empty;

    private SecretMask(Collection<byte[]> patterns) {
        empty = patterns.isEmpty();
        forms = new byte[empty ? 0 : PAIRS][][];
        Map<Integer, List<byte[]>> byPair = new HashMap<>();
        for (byte[] pattern : patterns) {
            firsts[pattern[0] & 0xff] = true;
            byPair.computeIfAbsent(pair(pattern, 0), any -> new java.util.ArrayList<>())
                    .add(pattern);
        }
        byPair.forEach((pair, list) -> forms[pair] = list.stream()
                .sorted(Comparator.comparingInt((byte[] form) -> form.length).reversed())
                .toArray(byte[][]::new));
    }

    /** Hides these values, each of at least {@link SecretForms#SHORTEST} bytes. */
    public static SecretMask of(Collection<String> values) {
        return values.isEmpty()
                ? NONE
                : new SecretMask(values.stream().flatMap(SecretForms::of).toList());
    }

    /** Whether it hides nothing. */
    boolean isEmpty() {
        return empty;
    }

    /** A whole text, masked. */
    public String mask(String text) {
        if (empty) {
            return text;
        }
        Masking masking = new Masking();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        byte[] first = masking.take(bytes, bytes.length);
        byte[] rest = masking.rest();
        return new String(first, StandardCharsets.UTF_8) + new String(rest, StandardCharsets.UTF_8);
    }

    /** One stream of bytes, from its start. */
    Masking masking() {
        return new Masking();
    }

    private static int pair(byte[] bytes, int at) {
        return ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff);
    }

    /** What has come and may still turn out to begin a secret is held back: never more than the longest form. */
    final class Masking {
        private byte[] held = new byte[0];
        /** Up to here, from the start of {@code held}, secrets reach that have begun before. */
        private int covered;

        /** The next bytes; returns what may be shown by now. */
        byte[] take(byte[] bytes, int length) {
            return advance(bytes, length, false);
        }

        /** There are no more bytes; returns what was held back. */
        byte[] rest() {
            return advance(new byte[0], 0, true);
        }

        private byte[] advance(byte[] bytes, int length, boolean last) {
            byte[] all = Arrays.copyOf(held, held.length + length);
            System.arraycopy(bytes, 0, all, held.length, length);
            // Stars are never longer than what they stand for, but for those of a form whose end is yet to come.
            byte[] shown = new byte[all.length + STARS.length];
            int count = 0;
            int at = 0;
            while (at < all.length) {
                int match = matchAt(all, at, last);
                if (match < 0) {
                    break;
                }
                if (match > 0) {
                    if (at >= covered) {
                        System.arraycopy(STARS, 0, shown, count, STARS.length);
                        count += STARS.length;
                    }
                    covered = Math.max(covered, at + match);
                } else if (at >= covered) {
                    shown[count++] = all[at];
                }
                at++;
            }
            held = Arrays.copyOfRange(all, at, all.length);
            covered = Math.max(0, covered - at);
            return Arrays.copyOf(shown, count);
        }

        /** The length of the longest form that is there, 0 if there is none, -1 if that cannot be said yet. */
        private int matchAt(byte[] all, int at, boolean last) {
            if (!firsts[all[at] & 0xff]) {
                return 0;
            }
            int left = all.length - at;
            if (left < 2) {
                return last ? 0 : -1;
            }
            byte[][] candidates = forms[pair(all, at)];
            if (candidates == null) {
                return 0;
            }
            for (byte[] form : candidates) {
                int common = Math.min(left, form.length);
                if (Arrays.equals(all, at, at + common, form, 0, common)) {
                    if (common == form.length) {
                        return common;
                    }
                    if (!last) {
                        return -1;
                    }
                }
            }
            return 0;
        }
    }
}
