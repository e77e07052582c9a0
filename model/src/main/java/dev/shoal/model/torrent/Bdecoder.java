package dev.shoal.model.torrent;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads BEP 3 bencoding strictly: no trailing bytes, no leading zeros, bounded depth. Strings come as {@code byte[]}. */
public final class Bdecoder {
    private static final int DEEPEST = 16;
    private static final int LONGEST_NUMBER = 20;

    private final byte[] in;
    private int at;

    private Bdecoder(byte[] in) {
        this.in = in;
    }

    /**
     * The value as {@code Long}, {@code byte[]}, {@code List<Object>} or {@code Map<String, Object>} (keys as Latin-1).
     *
     * @throws IllegalArgumentException naming the offset at which the bytes stop being bencoding
     */
    public static Object decode(byte[] in) {
        Bdecoder decoder = new Bdecoder(in);
        Object value = decoder.value(0);
        if (decoder.at != in.length) {
            throw decoder.malformed("trailing bytes");
        }
        return value;
    }

    private Object value(int depth) {
        if (depth > DEEPEST) {
            throw malformed("nested too deep");
        }
        byte head = peek();
        if (head == 'i') {
            at++;
            return number('e');
        } else if (head == 'l') {
            return list(depth);
        } else if (head == 'd') {
            return dictionary(depth);
        }
        return string();
    }

    private List<Object> list(int depth) {
        at++;
        List<Object> items = new ArrayList<>();
        while (peek() != 'e') {
            items.add(value(depth + 1));
        }
        at++;
        return items;
    }

    private Map<String, Object> dictionary(int depth) {
        at++;
        Map<String, Object> entries = new LinkedHashMap<>();
        while (peek() != 'e') {
            String key = new String(string(), StandardCharsets.ISO_8859_1);
            if (entries.put(key, value(depth + 1)) != null) {
                throw malformed("duplicate key '" + key + "'");
            }
        }
        at++;
        return entries;
    }

    private byte[] string() {
        long length = number(':');
        if (length < 0 || length > in.length - at) {
            throw malformed("string of " + length + " bytes");
        }
        byte[] bytes = Arrays.copyOfRange(in, at, at + (int) length);
        at += (int) length;
        return bytes;
    }

    private long number(char end) {
        int start = at;
        while (peek() != end) {
            at++;
            if (at - start > LONGEST_NUMBER) {
                throw malformed("number too long");
            }
        }
        String text = new String(in, start, at - start, StandardCharsets.ISO_8859_1);
        at++;
        if (!text.matches("0|-?[1-9][0-9]*")) {
            throw malformed("not a number: '" + text + "'");
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw malformed("number out of range: " + text);
        }
    }

    private byte peek() {
        if (at >= in.length) {
            throw malformed("unexpected end");
        }
        return in[at];
    }

    private IllegalArgumentException malformed(String what) {
        return new IllegalArgumentException("malformed bencoding at byte " + at + ": " + what);
    }
}
