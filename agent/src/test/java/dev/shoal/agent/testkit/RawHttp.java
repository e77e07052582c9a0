package dev.shoal.agent.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** GETs request targets that no well-behaved client would send: nothing is parsed, escaped or normalised on the way. */
public final class RawHttp {
    private RawHttp() {}

    /** What came back; the body is not unchunked. */
    public record Answer(int status, byte[] body) {}

    /** Sends {@code GET target} to the server of {@code url}. @throws UncheckedIOException when nothing comes back in 10 s */
    public static Answer get(URI url, String target) {
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(("GET " + target + " HTTP/1.1\r\nHost: " + url.getAuthority()
                                    + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
            byte[] answer = socket.getInputStream().readAllBytes();
            String text = new String(answer, StandardCharsets.ISO_8859_1);
            int head = text.indexOf("\r\n\r\n");
            if (!text.startsWith("HTTP/1.1 ") || head < 0) {
                throw new IllegalStateException("no HTTP answer to " + target + ": " + text);
            }
            return new Answer(
                    Integer.parseInt(text.substring(9, 12)), Arrays.copyOfRange(answer, head + 4, answer.length));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
