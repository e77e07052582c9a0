package dev.shoal.agent.swarm;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;

/** Opens several swarms at the same moment, in a JVM that has opened none before. */
public final class SessionRace {
    private SessionRace() {}

    /** Directory for the native library, and how many. */
    public static void main(String[] args) throws Exception {
        int count = Integer.parseInt(args[1]);
        CyclicBarrier together = new CyclicBarrier(count);
        List<Thread> threads = new ArrayList<>();
        List<Swarm> swarms = java.util.Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < count; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    together.await();
                    swarms.add(LibtorrentSwarm.open(
                            new SwarmConfig("127.0.0.1", 0, Path.of(args[0]), SwarmConfig.DEFAULT_UPLOAD_SLOTS),
                            event -> {}));
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        swarms.forEach(Swarm::close);
        System.out.println("opened " + swarms.size());
    }
}
