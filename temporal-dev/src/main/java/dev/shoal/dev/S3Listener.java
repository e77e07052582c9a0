package dev.shoal.dev;

import dev.shoal.dev.chaos.ChaosEndpoint;
import dev.shoal.dev.chaos.ChaosProxy;
import dev.shoal.dev.chaos.Faults;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.gaul.s3proxy.S3Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A region's S3 on its port. It answers there itself until the first fault is asked for; from then on a {@link ChaosProxy} does
 * and S3 stands behind it, so that a stack without chaos pays nothing for it. The change resets the connections of that moment.
 * Thread-safe.
 */
final class S3Listener implements ChaosEndpoint.Target {
    private static final Logger LOG = LoggerFactory.getLogger(S3Listener.class);

    private final int port;
    private final Function<URI, S3Proxy> servers;
    private S3Proxy server;
    private Optional<ChaosProxy> proxy = Optional.empty();

    private S3Listener(int port, Function<URI, S3Proxy> servers, S3Proxy server) {
        this.port = port;
        this.servers = servers;
        this.server = server;
    }

    /** Starts S3. {@code servers} makes one for an address; each of them sees the same objects. */
    static S3Listener start(int port, Function<URI, S3Proxy> servers) throws IOException {
        S3Proxy server = servers.apply(address(port));
        run(server);
        return new S3Listener(port, servers, server);
    }

    synchronized boolean isRunning() {
        return server.getState().equals("STARTED");
    }

    @Override
    public synchronized void play(Faults faults) throws IOException {
        if (proxy.isEmpty() && faults.equals(Faults.NONE)) {
            return;
        }
        if (proxy.isEmpty()) {
            stepBehindProxy();
        }
        proxy.orElseThrow().play(faults);
        LOG.info("chaos: {}", faults);
    }

    @Override
    public synchronized Faults faults() {
        return proxy.map(ChaosProxy::faults).orElse(Faults.NONE);
    }

    @Override
    public synchronized Map<String, Long> counts() {
        return proxy.map(ChaosProxy::counts).orElse(Map.of());
    }

    private void stepBehindProxy() throws IOException {
        S3Proxy behind = servers.apply(address(0));
        run(behind);
        try {
            server.stop();
        } catch (Exception e) {
            throw new IOException("S3 on port " + port + " does not stop", e);
        }
        server = behind;
        proxy = Optional.of(ChaosProxy.start(port, behind.getPort()));
        LOG.info("a fault proxy has port {} now, S3 is behind it on {}", port, behind.getPort());
    }

    private static void run(S3Proxy server) throws IOException {
        try {
            server.start();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("S3 does not start", e);
        }
    }

    private static URI address(int port) {
        return URI.create("http://127.0.0.1:" + port);
    }
}
