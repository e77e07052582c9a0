package dev.shoal.agent.region.origin;

import dev.shoal.agent.region.origin.PeerWire.Message;
import dev.shoal.agent.region.origin.PeerWire.WireException;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A leecher's connection to the origin. Confined to the thread of {@link OriginServer}. */
final class OriginPeer {
    private static final Logger LOG = LoggerFactory.getLogger(OriginPeer.class);

    /** What one peer is sent before the others have their turn. */
    private static final int TURN = 512 << 10;

    /** A piece that sits in the socket is one that nobody can pass on; twice this still fills 10 Gbit/s at 0.4 ms. */
    private static final int SEND_BUFFER = 256 << 10;

    private static final int MOST_REQUESTS = 4000;
    private static final double HANDSHAKE_LIMIT = 10;
    /** libtorrent's leechers give up after {@code peer_timeout}, 20 s. */
    private static final double KEEP_ALIVE = 8;

    private static final double SILENCE_LIMIT = 120;

    private final int id;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final Deque<ByteBuffer> control = new ArrayDeque<>();
    private final Deque<Message.Request> requests = new ArrayDeque<>();
    private ByteBuffer in = ByteBuffer.allocate(1024);
    private @Nullable OriginTorrent torrent;
    private @Nullable ByteBuffer header;
    private Message.@Nullable Request block;
    private int blockSent;

    /** What the leecher says it has. */
    final BitSet has = new BitSet();
    /** What it was told that the origin has. */
    final BitSet told = new BitSet();
    /** Offers that count. */
    final Map<Integer, Offer> offers = new HashMap<>();

    int taken;
    double pieceSeconds;
    boolean stalled;
    double progressAt;
    double heardAt;
    double spokeAt;

    /** A piece that the leecher may ask for, and how much of it was sent. */
    static final class Offer {
        final double at;
        int sent;

        Offer(double at) {
            this.at = at;
        }
    }

    OriginPeer(int id, SocketChannel channel, SelectionKey key, double now) {
        this.id = id;
        this.channel = channel;
        this.key = key;
        this.heardAt = now;
    }

    /** Lets a leecher in whose key carries what is known of it; one that has left already is closed. */
    static void welcome(SocketChannel channel, Selector selector, int id, double now) throws IOException {
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER);
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            key.attach(new OriginPeer(id, channel, key, now));
        } catch (IOException gone) {
            LOG.debug("a leecher left at the door: {}", gone.getMessage());
            channel.close();
        }
    }

    int id() {
        return id;
    }

    @Nullable
    OriginTorrent torrent() {
        return torrent;
    }

    /** Its handshake was read; what came after it is kept. */
    void join(OriginTorrent joined, int pieces) {
        torrent = joined;
        in = ByteBuffer.allocate(Math.max(16 << 10, PeerWire.longestMessage(pieces)))
                .put(in)
                .flip();
    }

    /** Reads what has come. Returns the buffer ready to be parsed, or null at the end of the stream. */
    @Nullable
    ByteBuffer receive() throws IOException {
        if (channel.read(in) < 0) {
            return null;
        }
        return in.flip();
    }

    /** What was not parsed waits for more. */
    void keepRest() {
        in.compact();
    }

    /** Hands the torrent what was received. Returns whether the leecher is still of interest. */
    boolean converse(OriginTorrent with, double now) throws WireException {
        in.flip();
        boolean more = true;
        try {
            int pieces = with.metainfo().pieceCount();
            for (Optional<Message> message = PeerWire.next(in, pieces);
                    message.isPresent() && more;
                    message = PeerWire.next(in, pieces)) {
                more = with.on(this, message.get(), now);
            }
        } finally {
            keepRest();
        }
        return more;
    }

    /** Says that this piece is here. To say it again of what was given up once costs nothing and changes nothing. */
    void tell(int piece) {
        told.set(piece);
        say(PeerWire.have(piece));
    }

    void say(ByteBuffer message) {
        control.add(message);
        wantToWrite();
    }

    void ask(Message.Request request) {
        if (requests.size() < MOST_REQUESTS) {
            requests.add(request);
            wantToWrite();
        }
    }

    void cancel(Message.Request request) {
        requests.remove(request);
    }

    /** Whether nothing was heard for longer than a leecher is silent. */
    boolean isSilent(double now) {
        return now - heardAt > (torrent == null ? HANDSHAKE_LIMIT : SILENCE_LIMIT);
    }

    /** Speaks if nothing was said for long. */
    void keepAlive(double now) {
        if (torrent != null && now - spokeAt > KEEP_ALIVE) {
            spokeAt = now;
            say(PeerWire.keepAlive());
        }
    }

    private void wantToWrite() {
        if (key.isValid()) {
            key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        }
    }

    /** Writes until the socket is full or its turn is over; tells of each block that has left. */
    void write(@Nullable PieceStore store, Consumer<Message.Request> sent) throws IOException {
        int budget = TURN;
        while (budget > 0) {
            Message.Request sending = block;
            if (sending == null) {
                if (!writeControl()) {
                    return;
                }
                sending = requests.poll();
                if (sending == null || store == null) {
                    key.interestOps(SelectionKey.OP_READ);
                    return;
                }
                block = sending;
                header = PeerWire.blockHeader(sending);
                blockSent = 0;
            }
            if (store == null || !write(sending, store)) {
                return;
            }
            budget -= sending.length();
            block = null;
            sent.accept(sending);
        }
    }

    private boolean writeControl() throws IOException {
        for (ByteBuffer message = control.peek(); message != null; message = control.peek()) {
            channel.write(message);
            if (message.hasRemaining()) {
                return false;
            }
            control.remove();
        }
        return true;
    }

    private boolean write(Message.Request sending, PieceStore store) throws IOException {
        if (header != null && header.hasRemaining()) {
            channel.write(header);
            if (header.hasRemaining()) {
                return false;
            }
        }
        long from = store.metainfo().pieceOffset(sending.piece()) + sending.begin();
        blockSent += (int) store.send(from + blockSent, sending.length() - blockSent, channel);
        return blockSent == sending.length();
    }

    void close() {
        key.cancel();
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("a leecher's connection closed uncleanly: {}", e.getMessage());
        }
    }
}
