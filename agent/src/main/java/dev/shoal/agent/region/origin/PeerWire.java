package dev.shoal.agent.region.origin;

import dev.shoal.model.InfoHash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.Optional;

/** BitTorrent's peer protocol (BEP 3) as a peer speaks it that only gives. Pure. */
final class PeerWire {
    static final int HANDSHAKE = 68;
    static final int BLOCK_HEADER = 13;

    /** The longest block that is asked for: libtorrent asks for 16 KiB, and refuses more than 128 KiB itself. */
    static final int LONGEST_BLOCK = 128 << 10;

    private static final byte[] PROTOCOL = "\u0013BitTorrent protocol".getBytes(StandardCharsets.ISO_8859_1);
    private static final int RESERVED = 8;
    private static final int ID_LENGTH = 20;
    private static final int SLACK = 256;

    private PeerWire() {}

    /** What a leecher says. */
    sealed interface Message {
        record Have(int piece) implements Message {}

        record Bitfield(BitSet pieces) implements Message {}

        record Request(int piece, int begin, int length) implements Message {}

        record Cancel(Request request) implements Message {}

        /** Of no concern to one that only gives. */
        record Other() implements Message {}
    }

    /** A peer that does not keep to the protocol. */
    static final class WireException extends Exception {
        private static final long serialVersionUID = 1;

        WireException(String message) {
            super(message);
        }
    }

    /** Which torrent a handshake is about; empty until all of it has come. The buffer is ready to be read. */
    static Optional<InfoHash> handshake(ByteBuffer in) throws WireException {
        if (in.remaining() < HANDSHAKE) {
            return Optional.empty();
        }
        byte[] bytes = new byte[HANDSHAKE];
        in.get(bytes);
        if (!Arrays.equals(Arrays.copyOf(bytes, PROTOCOL.length), PROTOCOL)) {
            throw new WireException("not BitTorrent");
        }
        int hash = PROTOCOL.length + RESERVED;
        return Optional.of(new InfoHash(HexFormat.of().formatHex(bytes, hash, hash + ID_LENGTH)));
    }

    /** How big a buffer takes every message of a torrent's leechers. */
    static int longestMessage(int pieces) {
        return pieces / Byte.SIZE + SLACK;
    }

    /** The next message, or empty while it is not all there. The buffer is ready to be read; it holds {@link #longestMessage}. */
    static Optional<Message> next(ByteBuffer in, int pieces) throws WireException {
        if (in.remaining() < Integer.BYTES) {
            return Optional.empty();
        }
        int length = in.getInt(in.position());
        if (length < 0 || length > longestMessage(pieces) - Integer.BYTES) {
            throw new WireException("a message of " + length + " bytes");
        }
        if (in.remaining() < Integer.BYTES + length) {
            return Optional.empty();
        }
        in.getInt();
        ByteBuffer body = in.slice(in.position(), length);
        in.position(in.position() + length);
        return Optional.of(length == 0 ? new Message.Other() : read(body, pieces));
    }

    private static Message read(ByteBuffer body, int pieces) throws WireException {
        int length = body.remaining();
        int id = body.get();
        if ((id == 4 && length != 5)
                || ((id == 6 || id == 8) && length != 13)
                || (id == 5 && length != 1 + (pieces + 7) / Byte.SIZE)) {
            throw new WireException("message " + id + " of " + length + " bytes");
        }
        return switch (id) {
            case 4 -> new Message.Have(piece(body, pieces));
            case 5 -> new Message.Bitfield(bitfield(body, pieces));
            case 6 -> request(body, pieces);
            case 7 -> throw new WireException("bytes that nobody asked for");
            case 8 -> new Message.Cancel(request(body, pieces));
            default -> new Message.Other();
        };
    }

    private static int piece(ByteBuffer body, int pieces) throws WireException {
        int piece = body.getInt();
        if (piece < 0 || piece >= pieces) {
            throw new WireException("piece " + piece + " of " + pieces);
        }
        return piece;
    }

    private static Message.Request request(ByteBuffer body, int pieces) throws WireException {
        Message.Request request = new Message.Request(piece(body, pieces), body.getInt(), body.getInt());
        if (request.begin() < 0 || request.length() < 1 || request.length() > LONGEST_BLOCK) {
            throw new WireException("a request of " + request);
        }
        return request;
    }

    private static BitSet bitfield(ByteBuffer body, int pieces) {
        BitSet set = new BitSet(pieces);
        for (int piece = 0; piece < pieces; piece++) {
            set.set(piece, (body.get(body.position() + piece / Byte.SIZE) & 0x80 >> piece % Byte.SIZE) != 0);
        }
        return set;
    }

    /** An answer to a handshake, and that the leecher may ask at once. */
    static ByteBuffer welcome(InfoHash infoHash, byte[] peerId, Optional<BitSet> has, int pieces) {
        int field = (pieces + 7) / Byte.SIZE;
        ByteBuffer out = ByteBuffer.allocate(HANDSHAKE + 5 + field + 5);
        out.put(PROTOCOL).put(new byte[RESERVED]);
        out.put(HexFormat.of().parseHex(infoHash.value())).put(peerId);
        if (has.isPresent()) {
            byte[] bits = new byte[field];
            has.get().stream().forEach(piece -> bits[piece / Byte.SIZE] |= (byte) (0x80 >> piece % Byte.SIZE));
            out.putInt(1 + field).put((byte) 5).put(bits);
        }
        out.putInt(1).put((byte) 1);
        return out.flip();
    }

    static ByteBuffer have(int piece) {
        return ByteBuffer.allocate(9).putInt(5).put((byte) 4).putInt(piece).flip();
    }

    static ByteBuffer keepAlive() {
        return ByteBuffer.allocate(4).putInt(0).flip();
    }

    /** What precedes the bytes of a block. */
    static ByteBuffer blockHeader(Message.Request request) {
        return ByteBuffer.allocate(BLOCK_HEADER)
                .putInt(9 + request.length())
                .put((byte) 7)
                .putInt(request.piece())
                .putInt(request.begin())
                .flip();
    }
}
