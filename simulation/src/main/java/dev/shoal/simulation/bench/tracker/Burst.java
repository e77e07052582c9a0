package dev.shoal.simulation.bench.tracker;

import dev.shoal.model.InfoHash;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Peers of one torrent that announce one after the other at an even rate, each on a connection of its own as libtorrent does,
 * whether or not the earlier ones were answered. One thread: the caller's.
 */
final class Burst {
    private static final int LARGEST_ANSWER = 4096;
    private static final int SOURCE_ADDRESSES = 200;

    private final Selector selector;
    private final InetSocketAddress tracker;
    private final List<Long> latencies = new ArrayList<>();
    private long deadline;
    private int open;
    private int failed;

    private Burst(Selector selector, InetSocketAddress tracker) {
        this.selector = selector;
        this.tracker = tracker;
    }

    /**
     * What came of it.
     *
     * @param latencies nanoseconds from when a peer was due to announce until it had its peers, ascending
     * @param failed peers that got no handout: refused, cut off or not answered in time
     */
    record Result(List<Long> latencies, int failed) {}

    private record Call(ByteBuffer request, ByteBuffer answer, long due) {}

    /** Lets {@code peers} announce within {@code nanos}, and returns when all are answered or {@code limit} nanos have passed. */
    static Result run(InetSocketAddress tracker, InfoHash torrent, int peers, long nanos, long limit)
            throws IOException {
        try (Selector selector = Selector.open()) {
            Burst burst = new Burst(selector, tracker);
            try {
                return burst.run(torrent, peers, nanos, limit);
            } finally {
                for (SelectionKey key : selector.keys()) {
                    key.channel().close();
                }
            }
        }
    }

    private Result run(InfoHash torrent, int peers, long nanos, long limit) throws IOException {
        long start = System.nanoTime();
        deadline = start + limit;
        int next = 0;
        while ((next < peers || open > 0) && System.nanoTime() < deadline) {
            while (next < peers && System.nanoTime() - start >= due(next, peers, nanos)) {
                announce(torrent, next, start + due(next, peers, nanos));
                next++;
            }
            if (next < peers) {
                selector.selectNow(this::ready);
            } else {
                selector.select(this::ready, 1 + TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
            }
        }
        latencies.sort(null);
        return new Result(latencies, failed + open + peers - next);
    }

    private static long due(int peer, int peers, long nanos) {
        return nanos * peer / peers;
    }

    private void announce(InfoHash torrent, int peer, long due) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        // A machine has one address; here they share a few, so that the ports of one do not run out.
        byte[] source = {127, 0, 1, (byte) (1 + peer % SOURCE_ADDRESSES)};
        channel.bind(new InetSocketAddress(InetAddress.getByAddress(source), 0));
        Call call = new Call(request(torrent, peer), ByteBuffer.allocate(LARGEST_ANSWER), due);
        open++;
        boolean connected = channel.connect(tracker);
        channel.register(selector, connected ? SelectionKey.OP_WRITE : SelectionKey.OP_CONNECT, call);
    }

    private static ByteBuffer request(InfoHash torrent, int peer) {
        String hash = torrent.value().replaceAll("(..)", "%$1");
        String text = "GET /announce?info_hash=" + hash + "&peer_id=-LT2060-%012d".formatted(peer)
                + "&port=6881&uploaded=0&downloaded=0&left=" + (peer % 100 == 0 ? 0 : 1 << 20)
                + "&event=started&numwant=200&compact=1 HTTP/1.1\r\nHost: tracker\r\nConnection: close\r\n\r\n";
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void ready(SelectionKey key) {
        Call call = (Call) key.attachment();
        SocketChannel channel = (SocketChannel) key.channel();
        try {
            if (key.isConnectable() && channel.finishConnect()) {
                key.interestOps(SelectionKey.OP_WRITE);
            } else if (key.isWritable()) {
                channel.write(call.request);
                key.interestOps(call.request.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
            } else if (key.isReadable() && channel.read(call.answer) < 0) {
                ended(call);
                channel.close();
            }
        } catch (IOException e) {
            lost(channel);
        }
    }

    private void ended(Call call) {
        open--;
        call.answer.flip();
        String answer = StandardCharsets.ISO_8859_1.decode(call.answer).toString();
        if (answer.startsWith("HTTP/1.1 200") && answer.contains("5:peers") && answer.endsWith("e")) {
            latencies.add(System.nanoTime() - call.due);
        } else {
            failed++;
        }
    }

    private void lost(SocketChannel channel) {
        open--;
        failed++;
        try {
            channel.close();
        } catch (IOException e) {
            System.err.println("shoal: " + e.getMessage());
        }
    }
}
