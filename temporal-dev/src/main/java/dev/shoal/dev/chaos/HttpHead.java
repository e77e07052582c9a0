package dev.shoal.dev.chaos;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The first line and the headers of an HTTP/1.1 message, byte by byte as they came: a signature covers them.
 *
 * @param bytes with the empty line at the end
 * @param first line, without its end
 */
record HttpHead(byte[] bytes, String first, String text) {
    private static final int LARGEST = 64 << 10;

    /** Reads one. Absent at the end of the stream. @throws IOException if it is too large or cut off */
    static Optional<HttpHead> read(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        int matched = 0;
        while (matched < 4) {
            int next = in.read();
            if (next < 0) {
                if (bytes.size() == 0) {
                    return Optional.empty();
                }
                throw new IOException("the connection ended within a head");
            }
            bytes.write(next);
            if (bytes.size() > LARGEST) {
                throw new IOException("a head of more than " + LARGEST + " bytes");
            }
            matched = next == (matched % 2 == 0 ? '\r' : '\n') ? matched + 1 : next == '\r' ? 1 : 0;
        }
        String text = bytes.toString(StandardCharsets.ISO_8859_1);
        return Optional.of(new HttpHead(bytes.toByteArray(), text.substring(0, text.indexOf('\r')), text));
    }

    /** Of a request. */
    String method() {
        return first.substring(0, Math.max(0, first.indexOf(' ')));
    }

    /** Of a request: path and query. */
    String target() {
        String[] words = first.split(" ", 3);
        return words.length > 1 ? words[1] : "";
    }

    /** Of a request: the path alone. */
    String path() {
        String target = target();
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /** Of a response. @throws IOException if this is none */
    int status() throws IOException {
        String[] words = first.split(" ", 3);
        try {
            return Integer.parseInt(words.length > 1 ? words[1] : "");
        } catch (NumberFormatException e) {
            throw new IOException("not a response: " + first, e);
        }
    }

    /** The value of a header. */
    Optional<String> header(String name) {
        String wanted = name.toLowerCase(Locale.ROOT) + ":";
        return text.lines()
                .skip(1)
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(wanted))
                .map(line -> line.substring(wanted.length()).strip())
                .findFirst();
    }

    /** How long the body is, if the head says. */
    OptionalLong contentLength() throws IOException {
        Optional<String> length = header("Content-Length");
        try {
            return length.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(length.get()));
        } catch (NumberFormatException e) {
            throw new IOException("a Content-Length of " + length.get(), e);
        }
    }

    boolean isChunked() {
        return header("Transfer-Encoding")
                .filter(value -> value.toLowerCase(Locale.ROOT).contains("chunked"))
                .isPresent();
    }

    boolean closes() {
        return header("Connection").filter("close"::equalsIgnoreCase).isPresent();
    }

    boolean expectsContinue() {
        return header("Expect").filter("100-continue"::equalsIgnoreCase).isPresent();
    }
}
