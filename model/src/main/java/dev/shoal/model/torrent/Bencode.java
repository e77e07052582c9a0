package dev.shoal.model.torrent;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes BEP 3 bencoding: {@code Long}/{@code Integer}, {@code String}, {@code byte[]}, {@code List} and {@code Map<String, ?>}. */
public final class Bencode {
    private Bencode() {}

    /** The encoding of {@code value}, dictionary keys in byte order. @throws IllegalArgumentException for other types */
    public static byte[] encode(Object value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(value, out);
        return out.toByteArray();
    }

    private static void write(Object value, ByteArrayOutputStream out) {
        switch (value) {
            case Long n -> out.writeBytes(ascii("i" + n + "e"));
            case Integer n -> out.writeBytes(ascii("i" + n + "e"));
            case String s -> writeBytes(s.getBytes(StandardCharsets.UTF_8), out);
            case byte[] bytes -> writeBytes(bytes, out);
            case List<?> list -> {
                out.write('l');
                list.forEach(item -> write(item, out));
                out.write('e');
            }
            case Map<?, ?> map -> {
                out.write('d');
                // Keys are ASCII here, for which String order is the byte order that BEP 3 asks for.
                TreeMap<String, Object> sorted = new TreeMap<>();
                map.forEach((key, item) -> sorted.put((String) key, item));
                sorted.forEach((key, item) -> {
                    write(key, out);
                    write(item, out);
                });
                out.write('e');
            }
            default ->
                throw new IllegalArgumentException(
                        "cannot bencode a " + value.getClass().getName());
        }
    }

    private static void writeBytes(byte[] bytes, ByteArrayOutputStream out) {
        out.writeBytes(ascii(bytes.length + ":"));
        out.writeBytes(bytes);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
