package dev.shoal.simulation.bench.propagation;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * One blocking query after the other over one connection, as a machine asks its region's Consul: prefix, stale reads, wait 55 s.
 * Confined to the selector's thread.
 */
final class Watcher {
    private static final int FIRST_BUFFER = 4096;

    private final SocketChannel channel;
    private final String target;
    private final String token;
    private ByteBuffer in = ByteBuffer.allocate(FIRST_BUFFER);
    private ByteBuffer out = ByteBuffer.allocate(0);
    private long index;

    private Watcher(SocketChannel channel, String target, String token) {
        this.channel = channel;
        this.target = target;
        this.token = token;
    }

    /** Connects and asks at once for what is there. */
    static Watcher open(Selector selector, InetSocketAddress consul, String prefix, String token) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        boolean connected = channel.connect(consul);
        Watcher watcher = new Watcher(channel, "/v1/kv/" + prefix + "?recurse&stale", token);
        channel.register(selector, connected ? SelectionKey.OP_WRITE : SelectionKey.OP_CONNECT, watcher);
        watcher.ask();
        return watcher;
    }

    private void ask() {
        String query = index == 0 ? "" : "&index=" + index + "&wait=55s";
        out = ByteBuffer.wrap(
                ("GET " + target + query + " HTTP/1.1\r\nHost: consul\r\nX-Consul-Token: " + token + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
    }

    /** Does what the channel is ready for. Returns the body of an answer, if one is complete now. */
    Optional<String> ready(SelectionKey key) throws IOException {
        if (key.isConnectable()) {
            channel.finishConnect();
            key.interestOps(SelectionKey.OP_WRITE);
        }
        if (key.isValid() && key.isWritable()) {
            channel.write(out);
            if (!out.hasRemaining()) {
                key.interestOps(SelectionKey.OP_READ);
            }
        }
        return key.isValid() && key.isReadable() ? read(key) : Optional.empty();
    }

    private Optional<String> read(SelectionKey key) throws IOException {
        if (!in.hasRemaining()) {
            ByteBuffer larger = ByteBuffer.allocate(in.capacity() * 2);
            in.flip();
            in = larger.put(in);
        }
        if (channel.read(in) < 0) {
            throw new IOException("Consul closed the connection");
        }
        String text = new String(in.array(), 0, in.position(), StandardCharsets.ISO_8859_1);
        int head = text.indexOf("\r\n\r\n");
        if (head < 0) {
            return Optional.empty();
        }
        String lower = text.substring(0, head).toLowerCase(Locale.ROOT);
        int length = (int) number(lower, "content-length: ");
        if (text.length() < head + 4 + length) {
            return Optional.empty();
        }
        if (!lower.startsWith("http/1.1 200") && !lower.startsWith("http/1.1 404")) {
            throw new IOException("Consul answered " + lower.lines().findFirst().orElse(""));
        }
        long next = number(lower, "x-consul-index: ");
        index = next < index ? 0 : Math.max(1, next);
        in.clear();
        ask();
        key.interestOps(SelectionKey.OP_WRITE);
        return Optional.of(text.substring(head + 4, head + 4 + length));
    }

    private static long number(String head, String header) throws IOException {
        int start = head.indexOf("\r\n" + header);
        if (start < 0) {
            throw new IOException("an answer without " + header.strip());
        }
        int from = start + 2 + header.length();
        int end = head.indexOf('\r', from);
        return Long.parseLong(
                head.substring(from, end < 0 ? head.length() : end).strip());
    }
}
