package dev.shoal.agent.region.origin;

import dev.shoal.agent.region.origin.PeerWire.WireException;
import dev.shoal.model.InfoHash;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The origin's end of the peer protocol: accepts leechers and gives, never takes. One thread owns everything; the public methods
 * may be called by any.
 */
final class OriginServer implements AutoCloseable {
    /** Leechers of one artifact; the tracker sends half as many. */
    static final int MOST_PEERS = 256;

    private static final Logger LOG = LoggerFactory.getLogger(OriginServer.class);
    private static final int TICK_MILLIS = 100;
    private static final int BACKLOG = 1024;

    private final Selector selector;
    private final ServerSocketChannel listener;
    private final Map<InfoHash, OriginTorrent> torrents = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final byte[] peerId;
    private final RandomGenerator dice;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("origin-peers").unstarted(this::run);
    private final long epoch = System.nanoTime();
    private int lastId;
    private double tickedAt;
    private volatile boolean closed;

    private OriginServer(Selector selector, ServerSocketChannel listener, RandomGenerator dice) {
        this.selector = selector;
        this.listener = listener;
        this.dice = dice;
        this.peerId =
                "-SH0001-%012d".formatted(dice.nextLong(1_000_000_000_000L)).getBytes(StandardCharsets.US_ASCII);
    }

    /** Listens and serves; throws if it cannot. Port 0 picks one. */
    static OriginServer open(InetSocketAddress address, RandomGenerator dice) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        try {
            listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            listener.bind(address, BACKLOG);
            listener.configureBlocking(false);
            Selector selector = Selector.open();
            listener.register(selector, SelectionKey.OP_ACCEPT);
            OriginServer server = new OriginServer(selector, listener, dice);
            server.thread.start();
            return server;
        } catch (IOException | RuntimeException e) {
            listener.close();
            throw e;
        }
    }

    /** Where leechers reach it. */
    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) listener.getLocalAddress();
    }

    /**
     * Gives an artifact away as {@link #stored} says that its pieces are there. The store stays the caller's.
     *
     * @param lane what it gives first
     * @param elsewhere hears, on this server's thread, which pieces the swarm has
     * @param serving runs, on this server's thread, as soon as leechers are answered
     */
    void add(PieceStore store, Lane lane, IntConsumer elsewhere, Runnable serving) {
        InfoHash infoHash = store.metainfo().infoHash();
        command(() -> {
            torrents.put(infoHash, new OriginTorrent(store, lane, elsewhere, dice));
            serving.run();
        });
    }

    /** Ends it; waits until nothing reads the store any more. */
    void remove(InfoHash infoHash) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        command(() -> {
            OriginTorrent gone = torrents.remove(infoHash);
            if (gone != null) {
                gone.peers().forEach(OriginPeer::close);
            }
            done.countDown();
        });
        while (thread.isAlive() && !done.await(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
            LOG.debug("waiting for {} to end", infoHash);
        }
    }

    /** This piece can be served from now on. */
    void stored(InfoHash infoHash, int piece) {
        command(() -> Optional.ofNullable(torrents.get(infoHash)).ifPresent(t -> t.stored(piece, now())));
    }

    /** Whether leechers of this torrent are answered. */
    boolean serves(InfoHash infoHash) {
        return torrents.containsKey(infoHash);
    }

    /** How many payload bytes of it have left. */
    long sent(InfoHash infoHash) {
        return Optional.ofNullable(torrents.get(infoHash))
                .map(OriginTorrent::sent)
                .orElse(0L);
    }

    /** How far the torrents are; empty if the server does not answer within a second. */
    Map<InfoHash, OriginTorrent.State> states() {
        CompletableFuture<Map<InfoHash, OriginTorrent.State>> answer = new CompletableFuture<>();
        command(() -> {
            Map<InfoHash, OriginTorrent.State> states = new HashMap<>();
            torrents.forEach((infoHash, torrent) -> states.put(infoHash, torrent.state()));
            answer.complete(states);
        });
        return answer.completeOnTimeout(Map.of(), 1, TimeUnit.SECONDS).join();
    }

    boolean isTurning() {
        return thread.isAlive();
    }

    private void command(Runnable command) {
        commands.add(command);
        selector.wakeup();
    }

    private double now() {
        return (System.nanoTime() - epoch) / 1e9;
    }

    private void run() {
        while (!closed) {
            try {
                selector.select(TICK_MILLIS);
                for (Runnable next = commands.poll(); next != null; next = commands.poll()) {
                    next.run();
                }
                List<SelectionKey> ready = List.copyOf(selector.selectedKeys());
                selector.selectedKeys().clear();
                ready.forEach(this::serve);
                if (now() - tickedAt > TICK_MILLIS / 1e3) {
                    tickedAt = now();
                    tick();
                }
            } catch (IOException | RuntimeException e) {
                LOG.error("the origin's server stumbled; it goes on", e);
            }
        }
    }

    private void serve(SelectionKey key) {
        if (!key.isValid()) {
            return;
        }
        if (!(key.attachment() instanceof OriginPeer peer)) {
            accept();
            return;
        }
        try {
            if (key.isReadable() && !read(peer)) {
                drop(peer);
            } else if (key.isValid() && key.isWritable()) {
                write(peer);
            }
        } catch (IOException | WireException e) {
            LOG.debug("a leecher left: {}", e.getMessage());
            drop(peer);
        } catch (RuntimeException e) {
            LOG.error("a leecher is dropped", e);
            drop(peer);
        }
    }

    private void accept() {
        try {
            for (SocketChannel channel = listener.accept(); channel != null; channel = listener.accept()) {
                OriginPeer.welcome(channel, selector, ++lastId, now());
            }
        } catch (IOException e) {
            LOG.warn("a leecher could not be accepted: {}", e.getMessage());
        }
    }

    private boolean read(OriginPeer peer) throws IOException, WireException {
        ByteBuffer in = peer.receive();
        if (in == null) {
            return false;
        }
        double now = now();
        peer.heardAt = now;
        try {
            if (peer.torrent() == null && !greet(peer, in, now)) {
                return false;
            }
        } finally {
            peer.keepRest();
        }
        OriginTorrent torrent = peer.torrent();
        return torrent == null || peer.converse(torrent, now);
    }

    /** Returns whether the handshake is fine so far. */
    private boolean greet(OriginPeer peer, ByteBuffer in, double now) throws WireException {
        Optional<InfoHash> asked = PeerWire.handshake(in);
        if (asked.isEmpty()) {
            return true;
        }
        OriginTorrent torrent = torrents.get(asked.get());
        if (torrent == null || torrent.size() >= MOST_PEERS) {
            return false;
        }
        peer.say(PeerWire.welcome(
                asked.get(), peerId, torrent.shown(), torrent.metainfo().pieceCount()));
        peer.join(torrent, torrent.metainfo().pieceCount());
        torrent.join(peer, now);
        return true;
    }

    private void write(OriginPeer peer) throws IOException {
        double now = now();
        peer.spokeAt = now;
        OriginTorrent torrent = peer.torrent();
        peer.write(torrent == null ? null : torrent.store(), block -> {
            if (torrent != null) {
                torrent.sent(peer, block, now);
            }
        });
    }

    private void drop(OriginPeer peer) {
        peer.close();
        OriginTorrent torrent = peer.torrent();
        if (torrent != null) {
            torrent.leave(peer, now());
        }
    }

    private void tick() {
        double now = now();
        List<OriginPeer> all = new ArrayList<>();
        for (SelectionKey key : selector.keys()) {
            if (key.isValid() && key.attachment() instanceof OriginPeer peer) {
                all.add(peer);
            }
        }
        for (OriginPeer peer : all) {
            if (peer.isSilent(now)) {
                drop(peer);
            } else {
                peer.keepAlive(now);
            }
        }
        torrents.values().forEach(torrent -> torrent.tick(now));
    }

    @Override
    public void close() throws IOException {
        closed = true;
        selector.wakeup();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
