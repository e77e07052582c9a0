package dev.shoal.simulation.bench.tracker;

import dev.shoal.agent.region.tracker.AnnounceHandler;
import dev.shoal.agent.region.tracker.Tracker;
import dev.shoal.model.InfoHash;
import java.time.Clock;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The process that is measured: the region agent's tracker and its HTTP, sized like there. Ends when its standard input does. */
final class TrackerServer {
    /** Marks the line with the port, among those of the log. */
    static final String PORT = "port=";

    private static final int THREADS = 64;
    private static final int ACCEPT_QUEUE = 4096;

    private TrackerServer() {}

    /** Serves these torrents on a free port of 127.0.0.1, which it prints. */
    public static void main(String[] infoHashes) throws Exception {
        Set<InfoHash> served = Stream.of(infoHashes).map(InfoHash::new).collect(Collectors.toUnmodifiableSet());
        Server server = new Server(new QueuedThreadPool(THREADS));
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        server.addConnector(connector);
        server.setHandler(
                new AnnounceHandler(new Tracker(() -> served, Clock.systemUTC(), ThreadLocalRandom::current)));
        server.start();
        System.out.println(PORT + connector.getLocalPort());
        while (System.in.read() >= 0) {
            // Only its end matters: the benchmark is gone then, however it went.
        }
        server.stop();
    }
}
