package dev.shoal.simulation.bench.tracker;

import dev.shoal.agent.region.tracker.AnnounceHandler;
import dev.shoal.agent.region.tracker.Tracker;
import dev.shoal.model.InfoHash;
import dev.shoal.model.json.Json;
import java.time.Clock;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The region agent's tracker and its HTTP in a process of their own, sized like there. Ends when its standard input does. */
public final class TrackerServer {
    /** Marks the line with the port, among those of the log. */
    public static final String PORT = "port=";

    private static final int THREADS = 64;
    private static final int ACCEPT_QUEUE = 4096;

    private TrackerServer() {}

    /** Serves torrents, named by their info hashes after the address to listen on, on a free port, which it prints. */
    public static void main(String[] args) throws Exception {
        Set<InfoHash> served = Stream.of(args).skip(1).map(InfoHash::new).collect(Collectors.toUnmodifiableSet());
        Server server = new Server(new QueuedThreadPool(THREADS));
        ServerConnector connector = new ServerConnector(server);
        connector.setHost(args[0]);
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        server.addConnector(connector);
        Tracker tracker = new Tracker(() -> served, Clock.systemUTC(), ThreadLocalRandom::current);
        server.setHandler(new AnnounceHandler(tracker));
        server.start();
        System.out.println(PORT + connector.getLocalPort());
        // The benchmark is gone when the input ends, however it went. Until then each line asks for the status.
        while (System.in.read() >= 0) {
            System.out.println(Json.text(tracker.status()));
        }
        server.stop();
    }
}
