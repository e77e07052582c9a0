package dev.shoal.simulation.bench.tracker;

import dev.shoal.model.InfoHash;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Peers of one torrent that announce one after the other at an even rate, whether or not the earlier ones were answered. They
 * share a few hundred connections, on which requests are pipelined, since 20,000 would need as many open files as many systems
 * allow a process; so the tracker's cost of a new connection is not in the figures. One thread: the caller's.
 */
final class Burst {
    /** Few enough for a limit of 1024 open files. */
    static final int CONNECTIONS = 400;

    private static final int BUFFER = 64 << 10;
    private static final byte[] HEAD_END = ascii("\r\n\r\n");
    private static final byte[] LENGTH = ascii("\r\ncontent-length: ");
    private static final byte[] OK = ascii("http/1.1 200");
    private static final byte[] PEERS = ascii("5:peers");

    private final Selector selector;
    private final List<Connection> connections = new ArrayList<>();
    private final List<Long> latencies = new ArrayList<>();
    private int open;
    private int failed;

    private Burst(Selector selector) {
        this.selector = selector;
    }

    /**
     * What came of it.
     *
     * @param latencies nanoseconds from when a peer was due to announce until it had its peers, ascending
     * @param failed peers that got no handout: refused, cut off or not answered in time
     */
    record Result(List<Long> latencies, int failed) {}

    private static final class Connection {
        private final SocketChannel channel;
        private final Deque<ByteBuffer> requests = new ArrayDeque<>();
        private final Deque<Long> due = new ArrayDeque<>();
        private final byte[] bytes = new byte[BUFFER];
        private final ByteBuffer answers = ByteBuffer.wrap(bytes);

        Connection(SocketChannel channel) {
            this.channel = channel;
        }
    }

    /** Lets {@code peers} announce within {@code nanos}, and returns when all are answered or {@code limit} nanos have passed. */
    static Result run(InetSocketAddress tracker, InfoHash torrent, int peers, long nanos, long limit)
            throws IOException {
        try (Selector selector = Selector.open()) {
            Burst burst = new Burst(selector);
            try {
                for (int i = 0; i < Math.min(peers, CONNECTIONS); i++) {
                    SocketChannel channel = SocketChannel.open(tracker);
                    Connection connection = new Connection(channel);
                    burst.connections.add(connection);
                    channel.configureBlocking(false);
                    channel.register(selector, SelectionKey.OP_READ, connection);
                }
                return burst.run(torrent, peers, nanos, limit);
            } finally {
                for (Connection connection : burst.connections) {
                    connection.channel.close();
                }
            }
        }
    }

    private Result run(InfoHash torrent, int peers, long nanos, long limit) throws IOException {
        String hash = torrent.value().replaceAll("(..)", "%$1");
        // Made before: the measuring one must not be short of processor time itself.
        ByteBuffer[] requests = new ByteBuffer[peers];
        for (int peer = 0; peer < peers; peer++) {
            requests[peer] = request(hash, peer);
        }
        long start = System.nanoTime();
        long deadline = start + limit;
        int next = 0;
        while ((next < peers || open > 0) && System.nanoTime() < deadline) {
            while (next < peers && System.nanoTime() - start >= due(next, peers, nanos)) {
                announce(requests[next], connections.get(next % connections.size()), start + due(next, peers, nanos));
                next++;
            }
            // Asleep in between, so that the tracker has the processor: who is due meanwhile is late by a millisecond,
            // which counts.
            long wait = next < peers ? 1 : 1 + TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            selector.select(this::ready, wait);
        }
        latencies.sort(null);
        return new Result(latencies, failed + open + peers - next);
    }

    private static long due(int peer, int peers, long nanos) {
        return nanos * peer / peers;
    }

    private void announce(ByteBuffer request, Connection to, long due) {
        if (!to.channel.isOpen()) {
            failed++;
            return;
        }
        open++;
        to.requests.add(request);
        to.due.add(due);
        try {
            write(to);
        } catch (IOException e) {
            lost(to);
        }
    }

    private static ByteBuffer request(String hash, int peer) {
        String text = "GET /announce?info_hash=" + hash + "&peer_id=-LT2060-%012d".formatted(peer)
                + "&port=6881&uploaded=0&downloaded=0&left=" + (peer % 100 == 0 ? 0 : 1 << 20)
                + "&event=started&numwant=200&compact=1 HTTP/1.1\r\nHost: tracker\r\n\r\n";
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void write(Connection connection) throws IOException {
        for (ByteBuffer next = connection.requests.peek(); next != null; next = connection.requests.peek()) {
            connection.channel.write(next);
            if (next.hasRemaining()) {
                key(connection).interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
                return;
            }
            connection.requests.remove();
        }
        key(connection).interestOps(SelectionKey.OP_READ);
    }

    private SelectionKey key(Connection connection) {
        return Objects.requireNonNull(connection.channel.keyFor(selector), "registered when it was opened");
    }

    private void ready(SelectionKey key) {
        Connection connection = (Connection) key.attachment();
        try {
            if (key.isWritable()) {
                write(connection);
            }
            if (key.isReadable()) {
                if (connection.channel.read(connection.answers) < 0) {
                    throw new EOFException("cut off");
                }
                take(connection);
            }
        } catch (IOException e) {
            lost(connection);
        }
    }

    /** Takes the answers that are all there out of the buffer. */
    private void take(Connection connection) throws IOException {
        ByteBuffer buffer = connection.answers.flip();
        byte[] bytes = connection.bytes;
        int at = 0;
        for (int head = find(bytes, at, buffer.limit(), HEAD_END); head >= 0; ) {
            int length = find(bytes, at, head + 2, LENGTH);
            if (length < 0) {
                throw new IOException("an answer without its length");
            }
            int body = head + HEAD_END.length;
            int end = body + number(bytes, length + LENGTH.length);
            if (end > buffer.limit()) {
                break;
            }
            boolean handout = find(bytes, at, at + OK.length, OK) == at
                    && find(bytes, body, end, PEERS) > 0
                    && bytes[end - 1] == 'e';
            ended(handout, connection.due.remove());
            at = end;
            head = find(bytes, at, buffer.limit(), HEAD_END);
        }
        buffer.position(at);
        buffer.compact();
    }

    /** Where {@code sought}, in lower case, begins; -1 if it is not there. */
    private static int find(byte[] in, int from, int to, byte[] sought) {
        for (int start = from; start <= to - sought.length; start++) {
            int same = 0;
            while (same < sought.length && lower(in[start + same]) == sought[same]) {
                same++;
            }
            if (same == sought.length) {
                return start;
            }
        }
        return -1;
    }

    private static int lower(byte character) {
        return character >= 'A' && character <= 'Z' ? character + ('a' - 'A') : character;
    }

    private static int number(byte[] in, int from) {
        int number = 0;
        for (int i = from; in[i] >= '0' && in[i] <= '9'; i++) {
            number = number * 10 + in[i] - '0';
        }
        return number;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private void ended(boolean handout, long due) {
        open--;
        if (handout) {
            latencies.add(System.nanoTime() - due);
        } else {
            failed++;
        }
    }

    private void lost(Connection connection) {
        open -= connection.due.size();
        failed += connection.due.size();
        connection.due.clear();
        connection.requests.clear();
        try {
            connection.channel.close();
        } catch (IOException e) {
            System.err.println("shoal: " + e.getMessage());
        }
    }
}
