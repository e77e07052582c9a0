package dev.shoal.simulation.bench.propagation;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Many watchers on one thread: the caller's. */
final class Watchers implements AutoCloseable {
    /** So many connections at a time: Consul's listen queue is that of the system. */
    private static final int CONNECT_BATCH = 200;

    private final Selector selector;
    private final InetSocketAddress consul;
    private final String prefix;
    private final String token;
    private final Set<Watcher> all = new HashSet<>();

    Watchers(InetSocketAddress consul, String prefix, String token) throws IOException {
        this.selector = Selector.open();
        this.consul = consul;
        this.prefix = prefix;
        this.token = token;
    }

    /** Connects {@code count} watchers, and returns when each has had its first answer. */
    void connect(int count, long limitSeconds) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(limitSeconds);
        while (all.size() < count) {
            Set<Watcher> waiting = new HashSet<>();
            for (int i = 0; i < CONNECT_BATCH && all.size() < count; i++) {
                Watcher watcher = Watcher.open(selector, consul, prefix, token);
                all.add(watcher);
                waiting.add(watcher);
            }
            while (!waiting.isEmpty()) {
                turn(deadline, (watcher, body) -> waiting.remove(watcher));
            }
        }
    }

    /** Waits until every watcher has been told a text that holds {@code value}; nanos after {@code start}, in order of arrival. */
    List<Long> await(String value, long start, long limitSeconds) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(limitSeconds);
        Set<Watcher> waiting = new HashSet<>(all);
        List<Long> arrivals = new ArrayList<>();
        while (!waiting.isEmpty()) {
            turn(deadline, (watcher, body) -> {
                if (body.contains(value) && waiting.remove(watcher)) {
                    arrivals.add(System.nanoTime() - start);
                }
            });
        }
        return arrivals;
    }

    private interface Answered {
        void by(Watcher watcher, String body);
    }

    private void turn(long deadline, Answered answered) throws IOException {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
            throw new IOException("not all watchers were answered in time");
        }
        selector.select(left);
        for (SelectionKey key : selector.selectedKeys()) {
            Watcher watcher = (Watcher) key.attachment();
            watcher.ready(key).ifPresent(body -> answered.by(watcher, body));
        }
        selector.selectedKeys().clear();
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
