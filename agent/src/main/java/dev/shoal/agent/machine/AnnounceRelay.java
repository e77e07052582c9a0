package dev.shoal.agent.machine;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes libtorrent's announces on this machine and carries them to region agents by TLS, since libtorrent4j's OpenSSL cannot read
 * certificates (docs/adr/0013-tls.md). Serves this machine's own addresses only. Thread-safe.
 */
final class AnnounceRelay implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AnnounceRelay.class);

    // libtorrent talks to a tracker on its own host only where the path begins like this.
    private static final String PATH = RegionAgents.ANNOUNCE + "/";
    private static final Duration LIMIT = Duration.ofSeconds(9);
    private static final int LARGEST_ANSWER = 1 << 20;
    private static final int BACKLOG = 128;

    private final HttpClient client;
    private final List<URI> agents;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;

    /**
     * Listens on a free port.
     *
     * @param address that libtorrent listens on, which it always reaches
     * @param client its connections come from the address that other peers know
     */
    AnnounceRelay(InetAddress address, HttpClient client, List<URI> agents) throws IOException {
        this.client = client;
        this.agents = List.copyOf(agents);
        InetAddress reachable = address.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : address;
        this.server = HttpServer.create(new InetSocketAddress(reachable, 0), BACKLOG);
        server.setExecutor(threads);
        server.createContext(PATH, this::relay);
        server.start();
    }

    /** Where to announce to each region agent, in their order: those that speak plain HTTP themselves. */
    List<URI> trackers() {
        String here = "http://" + server.getAddress().getAddress().getHostAddress() + ":"
                + server.getAddress().getPort() + PATH;
        return IntStream.range(0, agents.size())
                .mapToObj(i -> "https".equals(agents.get(i).getScheme())
                        ? URI.create(here + i)
                        : RegionAgents.at(agents.get(i), RegionAgents.ANNOUNCE))
                .toList();
    }

    private void relay(HttpExchange exchange) throws IOException {
        try (exchange) {
            String index = exchange.getRequestURI().getPath().substring(PATH.length());
            boolean ours = exchange.getRemoteAddress()
                    .getAddress()
                    .equals(exchange.getLocalAddress().getAddress());
            if (!ours || !index.matches("\\d{1,3}") || Integer.parseInt(index) >= agents.size()) {
                exchange.sendResponseHeaders(ours ? 404 : 403, -1);
                return;
            }
            URI agent = agents.get(Integer.parseInt(index));
            String query = exchange.getRequestURI().getRawQuery();
            carry(exchange, RegionAgents.at(agent, RegionAgents.ANNOUNCE + (query == null ? "" : "?" + query)), agent);
        }
    }

    private void carry(HttpExchange exchange, URI announce, URI agent) throws IOException {
        try {
            HttpResponse<byte[]> answer = client.send(
                    HttpRequest.newBuilder(announce).timeout(LIMIT).build(), BoundedBody.of(LARGEST_ANSWER));
            exchange.sendResponseHeaders(answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
            exchange.getResponseBody().write(answer.body());
        } catch (IOException e) {
            // libtorrent asks again after ever longer pauses.
            LOG.info("no announce to {}: {}", agent, e.getMessage());
            exchange.sendResponseHeaders(502, -1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
