package dev.shoal.dev.chaos;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Stands in front of an HTTP server on the loopback interface and passes requests on unchanged, head included, since their
 * signatures cover it; unless {@link Faults} say otherwise. A virtual thread a connection. Thread-safe; closing it ends every
 * connection.
 */
public final class ChaosProxy implements AutoCloseable {
    private static final int BACKLOG = 256;

    private final ServerSocket listener;
    private final int upstream;
    private final Script script = new Script();
    private final Bandwidth bandwidth = new Bandwidth();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private ChaosProxy(ServerSocket listener, int upstream) {
        this.listener = listener;
        this.upstream = upstream;
    }

    /**
     * Starts serving.
     *
     * @param port to listen on; 0 takes a free one
     * @param upstream the port of the real server
     */
    public static ChaosProxy start(int port, int upstream) throws IOException {
        ServerSocket listener = new ServerSocket();
        listener.setReuseAddress(true);
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        ChaosProxy proxy = new ChaosProxy(listener, upstream);
        proxy.threads.execute(proxy::accept);
        return proxy;
    }

    /** Where it listens. */
    public int port() {
        return listener.getLocalPort();
    }

    /** From now on these faults, instead of those before. Requests under way keep theirs. */
    public void play(Faults faults) {
        script.play(faults);
    }

    /** The faults in force. */
    public Faults faults() {
        return script.faults();
    }

    /** How many requests there were, and how often each fault struck. */
    public Map<String, Long> counts() {
        return script.counts();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                open.add(client);
                threads.execute(() -> serve(client));
            } catch (IOException e) {
                // Closed, or a client that was gone before it was here.
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            if (script.faults().refuse()) {
                script.count("refused");
                client.setSoLinger(true, 0);
                return;
            }
            try (Connection connection = new Connection(client, this::dial, script, bandwidth)) {
                connection.run();
            } finally {
                open.removeIf(Socket::isClosed);
            }
        } catch (IOException e) {
            // One side hung up: the other is told so by the close.
        } finally {
            open.remove(client);
        }
    }

    private Socket dial() throws IOException {
        Socket server = new Socket(InetAddress.getLoopbackAddress(), upstream);
        server.setTcpNoDelay(true);
        open.add(server);
        return server;
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone, which is what was wanted.
        }
    }

    @Override
    public void close() {
        closeListener();
        open.forEach(ChaosProxy::closeQuietly);
        threads.shutdownNow();
        threads.close();
    }

    private void closeListener() {
        try {
            listener.close();
        } catch (IOException e) {
            // Nothing listens any more.
        }
    }
}
