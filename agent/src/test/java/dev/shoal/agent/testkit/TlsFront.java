package dev.shoal.agent.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/** Takes TLS connections for a server that speaks none. Thread-safe. */
public final class TlsFront implements AutoCloseable {
    private final SSLServerSocket listener;
    private final URI plain;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    private TlsFront(SSLServerSocket listener, URI plain) {
        this.listener = listener;
        this.plain = plain;
    }

    /** Listens on a free port. */
    public static TlsFront of(SSLContext context, URI plain) {
        try {
            TlsFront front = new TlsFront(
                    (SSLServerSocket) context.getServerSocketFactory()
                            .createServerSocket(0, 64, InetAddress.getLoopbackAddress()),
                    plain);
            Thread.ofVirtual().start(front::accept);
            return front;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its address. */
    public URI url() {
        return URI.create("https://127.0.0.1:" + listener.getLocalPort());
    }

    private void accept() {
        try {
            while (!listener.isClosed()) {
                Socket outer = listener.accept();
                Socket inner = new Socket(plain.getHost(), plain.getPort());
                sockets.addAll(List.of(outer, inner));
                Thread.ofVirtual().start(() -> pass(outer, inner));
                Thread.ofVirtual().start(() -> pass(inner, outer));
            }
        } catch (IOException closed) {
            // The end of it.
        }
    }

    private static void pass(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException ended) {
            // One side has gone, or the handshake failed: so does the other.
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
