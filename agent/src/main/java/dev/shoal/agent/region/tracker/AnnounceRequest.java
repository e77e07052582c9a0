package dev.shoal.agent.region.tracker;

import dev.shoal.model.InfoHash;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A BEP 3 announce.
 *
 * @param peerId 20 bytes as hex
 * @param left bytes the peer still lacks; 0 means it has all
 * @param event empty, {@code started}, {@code completed} or {@code stopped}
 * @param rack where the peer stands, a parameter of our own ({@code rack}); empty if it does not say
 * @param wanted how many peers it gets at most: what it asks for, within our bound
 */
public record AnnounceRequest(
        InfoHash infoHash, String peerId, int port, long left, String event, String rack, int wanted) {
    private static final int ID_LENGTH = 20;
    /** Twice the neighbours that a peer holds; libtorrent asks for 200. */
    private static final int MOST_WANTED = 50;

    private static final Pattern RACK = Pattern.compile("[A-Za-z0-9._-]{0,64}");
    private static final int MOST_ASKED = 100_000;
    private static final int LONGEST_QUERY = 2048;
    /** More could overflow. */
    private static final int MOST_DIGITS = 18;

    /** Reads the raw query. Throws IllegalArgumentException saying what is wrong: a failure reason for the peer. */
    static AnnounceRequest parse(String query) {
        if (query.length() > LONGEST_QUERY) {
            throw new IllegalArgumentException("query too long");
        }
        Map<String, byte[]> parameters = new HashMap<>();
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0 && parameters.put(pair.substring(0, equals), unescape(pair.substring(equals + 1))) != null) {
                throw new IllegalArgumentException("repeated " + printable(pair.substring(0, equals)));
            }
        }
        HexFormat hex = HexFormat.of();
        return new AnnounceRequest(
                new InfoHash(hex.formatHex(bytes(parameters, "info_hash"))),
                hex.formatHex(bytes(parameters, "peer_id")),
                (int) number(parameters, "port", 1, 65_535),
                number(parameters, "left", 0, Long.MAX_VALUE),
                event(parameters),
                rack(parameters),
                wanted(parameters));
    }

    private static byte[] bytes(Map<String, byte[]> parameters, String name) {
        byte[] value = parameters.get(name);
        if (value == null || value.length != ID_LENGTH) {
            throw new IllegalArgumentException(name + " must be 20 bytes");
        }
        return value;
    }

    private static long number(Map<String, byte[]> parameters, String name, long least, long most) {
        byte[] value = parameters.get(name);
        if (value == null || value.length == 0 || value.length > MOST_DIGITS) {
            throw new IllegalArgumentException(name + " must be a number");
        }
        long number = 0;
        for (byte digit : value) {
            if (digit < '0' || digit > '9') {
                throw new IllegalArgumentException(name + " must be a number");
            }
            number = number * 10 + (digit - '0');
        }
        if (number < least || number > most) {
            throw new IllegalArgumentException(name + " is out of range");
        }
        return number;
    }

    private static int wanted(Map<String, byte[]> parameters) {
        return parameters.containsKey("numwant")
                ? (int) Math.min(MOST_WANTED, number(parameters, "numwant", 0, MOST_ASKED))
                : MOST_WANTED;
    }

    private static String rack(Map<String, byte[]> parameters) {
        String rack = latin(parameters.getOrDefault("rack", new byte[0]));
        if (!RACK.matcher(rack).matches()) {
            throw new IllegalArgumentException("rack must be up to 64 letters, digits, dots, dashes or underscores");
        }
        return rack;
    }

    private static String event(Map<String, byte[]> parameters) {
        String event = latin(parameters.getOrDefault("event", new byte[0]));
        return switch (event) {
            case "", "started", "completed", "stopped", "paused" -> event;
            default -> throw new IllegalArgumentException("unknown event");
        };
    }

    private static byte[] unescape(String text) {
        byte[] out = new byte[text.length()];
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                if (i + 2 >= text.length() || !isHex(text.charAt(i + 1)) || !isHex(text.charAt(i + 2))) {
                    throw new IllegalArgumentException("malformed escape");
                }
                out[length++] = (byte) HexFormat.fromHexDigits(text, i + 1, i + 3);
                i += 2;
            } else if (c > ' ' && c < 127) {
                out[length++] = (byte) c;
            } else {
                throw new IllegalArgumentException("malformed character");
            }
        }
        return Arrays.copyOf(out, length);
    }

    private static boolean isHex(char c) {
        return Character.digit(c, 16) >= 0 && c < 128;
    }

    private static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static String printable(String text) {
        return new String(Arrays.copyOf(text.replaceAll("[^a-z_]", "?").toCharArray(), Math.min(20, text.length())));
    }
}
