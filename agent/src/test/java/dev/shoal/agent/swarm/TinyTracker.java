package dev.shoal.agent.swarm;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.shoal.model.torrent.Bencode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A BEP 3 tracker for tests: everybody is on a loopback address, everybody gets everybody. */
public final class TinyTracker implements AutoCloseable {
    private static final Pattern HASH = Pattern.compile("(?:^|&)info_hash=([^&]*)");
    private static final Pattern PORT = Pattern.compile("(?:^|&)port=(\\d+)");

    private final Map<String, Set<InetSocketAddress>> swarms = new ConcurrentHashMap<>();
    private final HttpServer server;

    public TinyTracker() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/announce", this::announce);
        server.start();
    }

    /** The URL to announce to. */
    public URI url() {
        return base().resolve("/announce");
    }

    /** The URL without a path. */
    public URI base() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** How many peers are known. */
    public int peers() {
        return swarms.values().stream().mapToInt(Set::size).sum();
    }

    /** Adds another path to the server. */
    public void serve(String path, com.sun.net.httpserver.HttpHandler handler) {
        server.createContext(path, handler);
    }

    private void announce(HttpExchange exchange) throws IOException {
        String query = exchange.getRequestURI().getRawQuery();
        InetSocketAddress announcer =
                new InetSocketAddress(exchange.getRemoteAddress().getAddress(), Integer.parseInt(first(PORT, query)));
        Set<InetSocketAddress> swarm = swarms.computeIfAbsent(first(HASH, query), h -> ConcurrentHashMap.newKeySet());
        if (query.contains("event=stopped")) {
            swarm.remove(announcer);
        } else {
            swarm.add(announcer);
        }
        ByteArrayOutputStream peers = new ByteArrayOutputStream();
        for (InetSocketAddress peer : new LinkedHashSet<>(swarm)) {
            if (!peer.equals(announcer)) {
                peers.writeBytes(peer.getAddress().getAddress());
                peers.writeBytes(new byte[] {(byte) (peer.getPort() >> 8), (byte) peer.getPort()});
            }
        }
        byte[] body = Bencode.encode(Map.of("interval", 5, "min interval", 1, "peers", peers.toByteArray()));
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static String first(Pattern pattern, String query) {
        Matcher matcher = pattern.matcher(query);
        if (!matcher.find()) {
            throw new IllegalArgumentException("no " + pattern + " in " + query);
        }
        return matcher.group(1);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
