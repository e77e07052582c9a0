package dev.shoal.agent.region.origin;

import dev.shoal.model.InfoHash;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;

/** A leecher of few words: asks for what a test tells it to and collects what comes. */
final class WireLeecher implements AutoCloseable {
    private final Socket socket;
    private final DataOutputStream out;
    private final Set<Integer> offered = new ConcurrentSkipListSet<>();
    private final Map<Integer, byte[]> received = new ConcurrentHashMap<>();
    private volatile boolean ended;

    WireLeecher(InetSocketAddress origin, InfoHash infoHash) throws IOException {
        socket = new Socket(origin.getAddress(), origin.getPort());
        out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
        out.write("\u0013BitTorrent protocol".getBytes(StandardCharsets.ISO_8859_1));
        out.write(new byte[8]);
        out.write(HexFormat.of().parseHex(infoHash.value()));
        out.write("-TT0001-abcdefghijkl".getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        DataInputStream in = new DataInputStream(socket.getInputStream());
        in.skipNBytes(68);
        Thread.ofVirtual().start(() -> read(in));
    }

    private void read(DataInputStream in) {
        try (in) {
            while (true) {
                int length = in.readInt();
                int id = length == 0 ? -1 : in.readByte();
                byte[] body = in.readNBytes(Math.max(0, length - 1));
                if (id == 4) {
                    offered.add(number(body));
                } else if (id == 5) {
                    for (int i = 0; i < body.length * 8; i++) {
                        if ((body[i / 8] & 0x80 >> i % 8) != 0) {
                            offered.add(i);
                        }
                    }
                } else if (id == 7) {
                    received.put(number(body), Arrays.copyOfRange(body, 8, body.length));
                }
            }
        } catch (IOException e) {
            ended = true;
        }
    }

    private static int number(byte[] body) {
        return ByteBuffer.wrap(body).getInt();
    }

    Set<Integer> offered() {
        return offered;
    }

    /** The last block of each piece. */
    Map<Integer, byte[]> received() {
        return received;
    }

    boolean isEnded() {
        return ended;
    }

    void ask(int piece, int begin, int length) {
        say(13, 6, piece, begin, length);
    }

    void have(int piece) {
        say(5, 4, piece);
    }

    void say(int length, int id, int... numbers) {
        try {
            out.writeInt(length);
            out.writeByte(id);
            for (int number : numbers) {
                out.writeInt(number);
            }
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
