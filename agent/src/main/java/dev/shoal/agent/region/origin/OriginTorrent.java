package dev.shoal.agent.region.origin;

import dev.shoal.agent.region.origin.OriginPeer.Offer;
import dev.shoal.agent.region.origin.PeerWire.Message;
import dev.shoal.agent.region.origin.StripePolicy.Decision;
import dev.shoal.agent.region.origin.StripePolicy.Leecher;
import dev.shoal.model.torrent.Metainfo;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntConsumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One artifact's first copy on its way into the swarm, then a common seed. Each piece is shown to one leecher alone until some
 * leecher has it; what leechers say they have is also how two origins see each other's work. Confined to the thread of
 * {@link OriginServer}.
 */
final class OriginTorrent {
    private static final Logger LOG = LoggerFactory.getLogger(OriginTorrent.class);

    private final Metainfo metainfo;
    private final PieceStore store;
    private final IntConsumer elsewhere;
    private final PieceOrder order;
    private final Map<Integer, OriginPeer> peers = new LinkedHashMap<>();
    private final BitSet stored = new BitSet();
    /** Of each piece, how many leechers have it. */
    private final int[] holders;

    /** How many pieces at least one leecher has. */
    private int out;

    private final PaceWindow window = new PaceWindow();
    private boolean open;
    /** When last a byte left, a leecher came, or somebody said to have a piece. */
    private double movedAt;

    private final LongAdder sent = new LongAdder();

    /**
     * How far it is.
     *
     * @param leechers connected
     * @param stalled of them, those that did not take what they were offered
     * @param stored pieces that can be given
     * @param out pieces that some connected leecher has
     * @param offered pieces that a leecher may take now and has not taken wholly
     * @param open whether everything is shown to everybody
     */
    record State(int leechers, int stalled, int stored, int out, int offered, boolean open) {}

    /**
     * Gives nothing yet.
     *
     * @param lane what it gives first
     * @param elsewhere hears which pieces the swarm has
     */
    OriginTorrent(PieceStore store, Lane lane, IntConsumer elsewhere, RandomGenerator dice) {
        this.metainfo = store.metainfo();
        this.store = store;
        this.elsewhere = elsewhere;
        this.order = new PieceOrder(metainfo.pieceCount(), Lane.run(metainfo.pieceLength()), lane, dice);
        this.holders = new int[metainfo.pieceCount()];
    }

    PieceStore store() {
        return store;
    }

    Metainfo metainfo() {
        return metainfo;
    }

    int size() {
        return peers.size();
    }

    List<OriginPeer> peers() {
        return List.copyOf(peers.values());
    }

    /** Payload bytes that left. Readable by any thread. */
    long sent() {
        return sent.sum();
    }

    /** What a new leecher is told to be here. */
    Optional<BitSet> shown() {
        return open && !stored.isEmpty() ? Optional.of((BitSet) stored.clone()) : Optional.empty();
    }

    void join(OriginPeer peer, double now) {
        peers.put(peer.id(), peer);
        movedAt = now;
        shown().ifPresent(peer.told::or);
        dispatch(now);
    }

    void leave(OriginPeer peer, double now) {
        if (peers.remove(peer.id()) != null) {
            peer.has.stream().forEach(piece -> out -= --holders[piece] == 0 ? 1 : 0);
            dispatch(now);
        }
    }

    void stored(int piece, double now) {
        stored.set(piece);
        movedAt = now;
        if (open) {
            peers.values().forEach(peer -> show(peer, piece));
        } else {
            dispatch(now);
        }
    }

    /** Returns whether the leecher is still of interest: not once it has all. */
    boolean on(OriginPeer peer, Message message, double now) {
        switch (message) {
            case Message.Have have -> has(peer, have.piece(), now);
            case Message.Bitfield field -> field.pieces().stream().forEach(piece -> has(peer, piece, now));
            case Message.Request request -> {
                int end = request.begin() + request.length();
                if (peer.told.get(request.piece()) && end <= metainfo.pieceSize(request.piece()) && end > 0) {
                    peer.ask(request);
                }
            }
            case Message.Cancel cancel -> peer.cancel(cancel.request());
            case Message.Other other -> {}
        }
        return peer.has.cardinality() < metainfo.pieceCount();
    }

    private void has(OriginPeer peer, int piece, double now) {
        if (peer.has.get(piece)) {
            return;
        }
        peer.has.set(piece);
        movedAt = now;
        boolean mine = peer.offers.remove(piece) != null;
        if (holders[piece]++ == 0) {
            out++;
            elsewhere.accept(piece);
            if (mine) {
                order.arrived();
            } else if (!open) {
                overtaken(piece);
            }
        }
        if (!open && out == holders.length) {
            open();
        } else if (mine) {
            dispatch(now);
        }
    }

    /** Somebody else has it first: from another origin, unless it was all sent and may have been passed on. */
    private void overtaken(int piece) {
        List<Offer> onItsWay = peers.values().stream()
                .flatMap(p -> Stream.ofNullable(p.offers.get(piece)))
                .toList();
        if (!onItsWay.isEmpty() && onItsWay.stream().noneMatch(offer -> isSent(piece, offer))) {
            order.overtaken(needed());
        }
    }

    /** A block has left. */
    void sent(OriginPeer peer, Message.Request block, double now) {
        sent.add(block.length());
        peer.progressAt = now;
        movedAt = now;
        peer.stalled = false;
        Offer offer = peer.offers.get(block.piece());
        if (offer != null) {
            offer.sent += block.length();
            if (isSent(block.piece(), offer)) {
                peer.pieceSeconds = Math.max(1e-6, now - offer.at);
                dispatch(now);
            }
        }
    }

    private boolean isSent(int piece, Offer offer) {
        return offer.sent >= metainfo.pieceSize(piece);
    }

    /** Time has passed. */
    void tick(double now) {
        if (open) {
            return;
        }
        if (!peers.isEmpty() && !stored.isEmpty() && now - movedAt > StripePolicy.STUCK_SECONDS) {
            LOG.warn(
                    "{}: nothing has moved for {} s; everything is shown to everybody: {}",
                    metainfo.infoHash(),
                    StripePolicy.STUCK_SECONDS,
                    state());
            open();
            return;
        }
        double median = StripePolicy.median(leechers());
        for (OriginPeer peer : peers.values()) {
            peer.offers.entrySet().removeIf(entry -> {
                Offer offer = entry.getValue();
                boolean gone = isSent(entry.getKey(), offer);
                double since = now - Math.max(offer.at, peer.progressAt);
                boolean lost = StripePolicy.isLost(since, now - offer.at, gone, median);
                peer.stalled |= lost && since > StripePolicy.STALLED_SECONDS;
                peer.pieceSeconds = lost ? Math.max(peer.pieceSeconds, now - offer.at) : peer.pieceSeconds;
                return lost;
            });
        }
        window.tick(now, sent.sum());
        dispatch(now);
    }

    private void dispatch(double now) {
        if (open || peers.isEmpty()) {
            window.isNotFull();
            return;
        }
        BitSet needed = needed();
        while (!needed.isEmpty()) {
            if (!(StripePolicy.decide(leechers(), window.pace()) instanceof Decision.Offer offer)) {
                return;
            }
            OriginPeer peer = Objects.requireNonNull(peers.get(offer.leecher()));
            BitSet ready = (BitSet) needed.clone();
            ready.and(stored);
            ready.andNot(peer.has);
            int piece = order.next(needed, ready);
            if (piece == PieceOrder.NONE) {
                window.isNotFull();
                return;
            }
            needed.clear(piece);
            peer.taken++;
            peer.offers.put(piece, new Offer(now));
            peer.tell(piece);
        }
        window.isNotFull();
    }

    /** Everybody is shown everything: the swarm has a copy. */
    private void open() {
        open = true;
        for (OriginPeer peer : peers.values()) {
            peer.offers.clear();
            stored.stream().forEach(piece -> show(peer, piece));
        }
    }

    private void show(OriginPeer peer, int piece) {
        if (!peer.told.get(piece) && !peer.has.get(piece)) {
            peer.tell(piece);
        }
    }

    /** For {@code GET /v1/status}, and for the log when it is stuck. */
    State state() {
        int offered = peers.values().stream().mapToInt(p -> p.offers.size()).sum();
        int stalled = (int) peers.values().stream().filter(p -> p.stalled).count();
        return new State(peers.size(), stalled, stored.cardinality(), out, offered, open);
    }

    private BitSet needed() {
        BitSet needed = new BitSet();
        for (int piece = 0; piece < holders.length; piece++) {
            needed.set(piece, holders[piece] == 0);
        }
        for (OriginPeer peer : peers.values()) {
            peer.offers.keySet().forEach(needed::clear);
        }
        return needed;
    }

    private List<Leecher> leechers() {
        List<Leecher> leechers = new ArrayList<>(peers.size());
        for (OriginPeer peer : peers.values()) {
            int unsent = 0;
            for (Map.Entry<Integer, Offer> offer : peer.offers.entrySet()) {
                unsent += isSent(offer.getKey(), offer.getValue()) ? 0 : 1;
            }
            leechers.add(new Leecher(peer.id(), unsent, peer.taken, peer.pieceSeconds, peer.stalled));
        }
        return leechers;
    }
}
