package dev.shoal.agent.consul;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.shoal.agent.consul.ConsulKv.Snapshot;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the keys under a prefix with blocking queries, on one thread of its own, which calls the listener with all entries
 * whenever they have changed. Nothing there is no news, never a deletion: a flapping leader has answered with an empty prefix
 * before (consul-replicate issue 82).
 */
public final class KvWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KvWatch.class);
    private static final Duration FIRST_BACK_OFF = Duration.ofMillis(200);
    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(5);

    /** A busy key must not make a busy loop. */
    private static final Duration BREATH = Duration.ofMillis(20);

    private final ConsulKv consul;
    private final String prefix;
    private final Duration wait;
    private final Consumer<List<KvEntry>> listener;
    private final Thread thread;
    private volatile State state = State.AWAY;

    /** Not started yet. The watch owns {@code consul} and closes it. */
    public KvWatch(ConsulKv consul, String prefix, Duration wait, Consumer<List<KvEntry>> listener) {
        this.consul = consul;
        this.prefix = prefix;
        this.wait = wait;
        this.listener = listener;
        this.thread = Thread.ofPlatform().daemon().name("watch-" + prefix).unstarted(this::run);
    }

    /** Starts to watch. */
    public KvWatch start() {
        thread.start();
        return this;
    }

    /** How Consul answered the last time it was asked. */
    public enum State {
        /** With what it holds. */
        OK("answers"),
        /** Not at all, or not yet. */
        AWAY("does not answer"),
        /** That our token may not read this. */
        REFUSED("refuses our token");

        private final String text;

        State(String text) {
            this.text = text;
        }

        /** In JSON. */
        @JsonValue
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** For people, as what Consul does. */
        public String text() {
            return text;
        }
    }

    /** How Consul answered the last time it was asked. */
    public State state() {
        return state;
    }

    private void run() {
        long index = 0;
        int failures = 0;
        List<KvEntry> last = List.of();
        while (!consul.isClosed()) {
            try {
                Snapshot snapshot = consul.await(prefix, index, wait);
                if (failures > 0) {
                    LOG.info("Consul answers again about {}", prefix);
                }
                failures = 0;
                state = State.OK;
                index = next(index, snapshot.index());
                if (!snapshot.entries().isEmpty() && !snapshot.entries().equals(last)) {
                    last = snapshot.entries();
                    tell(last);
                }
                LockSupport.parkNanos(BREATH.toNanos());
            } catch (ConsulException e) {
                state = e.isRefused() ? State.REFUSED : State.AWAY;
                if (failures++ == 0 && !consul.isClosed()) {
                    LOG.warn("{}; trying again until it answers", e.getMessage());
                }
                index = 0;
                backOff(failures);
            }
        }
    }

    /** An index that goes back means that Consul's state was replaced: ask again from the start. */
    private static long next(long asked, long answered) {
        return answered < asked ? 0 : Math.max(1, answered);
    }

    private void tell(List<KvEntry> entries) {
        try {
            listener.accept(entries);
        } catch (RuntimeException e) {
            LOG.error("the listener of {} failed; it will hear of the next change", prefix, e);
        }
    }

    private void backOff(int failures) {
        long most = Math.min(LONGEST_BACK_OFF.toMillis(), FIRST_BACK_OFF.toMillis() << Math.min(failures, 10));
        LockSupport.parkNanos(Duration.ofMillis(ThreadLocalRandom.current().nextLong(most / 2, most))
                .toNanos());
    }

    /** Ends a blocked read and the thread. */
    @Override
    public void close() {
        consul.close();
        LockSupport.unpark(thread);
    }
}
