package dev.shoal.agent.region;

import dev.shoal.agent.consul.ConsulException;
import dev.shoal.agent.consul.ConsulKv;
import dev.shoal.agent.consul.KvEntry;
import dev.shoal.model.AppName;
import dev.shoal.model.pointer.Pointer;
import dev.shoal.model.pointer.SignedPointer;
import dev.shoal.model.pointer.VerifyKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries pointers from the global datacenter into this one. One thread owns the newest believed global pointers and applies
 * events; both agents of a region do the same work, which is safe without a leader since each write is a CAS that only moves
 * forward.
 */
final class Propagator implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Propagator.class);
    private static final Duration RECONCILE = Duration.ofSeconds(30);
    private static final Duration RETRY = Duration.ofMillis(500);
    private static final int MOST_CAS_TRIES = 5;

    private sealed interface Event {
        record Global(List<KvEntry> entries) implements Event {}

        /** Something under the prefix changed in this datacenter. */
        record Regional() implements Event {}

        record Stop() implements Event {}
    }

    private record Believed(Pointer pointer, byte[] value) {
        private Believed {
            value = value.clone();
        }
    }

    private final ConsulKv regional;
    private final List<VerifyKey> trusted;
    private final LinkedBlockingQueue<Event> mailbox = new LinkedBlockingQueue<>();
    private final Map<AppName, Believed> global = new HashMap<>();
    private final AtomicLong repairs = new AtomicLong();
    private final AtomicLong writes = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("propagator").unstarted(this::run);

    /** @param regional writes into this datacenter; owned by the propagator */
    Propagator(ConsulKv regional, List<VerifyKey> trusted) {
        this.regional = regional;
        this.trusted = trusted;
    }

    void start() {
        thread.start();
    }

    void globalChanged(List<KvEntry> entries) {
        mailbox.add(new Event.Global(entries));
    }

    void regionalChanged() {
        mailbox.add(new Event.Regional());
    }

    /** Regional values that were replaced because nobody trusted had signed them. */
    long repairs() {
        return repairs.get();
    }

    long writes() {
        return writes.get();
    }

    /** Global values that were not believed. */
    long refused() {
        return refused.get();
    }

    private void run() {
        Duration next = RECONCILE;
        while (true) {
            try {
                Event event = mailbox.poll(next.toMillis(), TimeUnit.MILLISECONDS);
                if (event instanceof Event.Stop) {
                    return;
                }
                if (event instanceof Event.Global news) {
                    take(news.entries());
                }
                next = reconcile() ? RECONCILE : RETRY;
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void take(List<KvEntry> entries) {
        for (KvEntry entry : entries) {
            Pointer.appOf(entry.key()).ifPresent(app -> {
                switch (SignedPointer.read(entry.value(), app, trusted)) {
                    case SignedPointer.Reading.Refused no -> {
                        refused.incrementAndGet();
                        LOG.warn("the global pointer of {} is refused: {} {}", app, no.reason(), no.detail());
                    }
                    case SignedPointer.Reading.Authentic yes -> {
                        Believed known = global.get(app);
                        if (known == null || yes.pointer().isNewerThan(known.pointer())) {
                            global.put(app, new Believed(yes.pointer(), entry.value()));
                        }
                    }
                }
            });
        }
    }

    /** Returns whether every app is as it should be. */
    private boolean reconcile() {
        boolean done = true;
        for (Map.Entry<AppName, Believed> entry : global.entrySet()) {
            try {
                done &= carry(entry.getKey(), entry.getValue());
            } catch (ConsulException e) {
                LOG.warn("{}; trying again", e.getMessage());
                return false;
            }
        }
        return done;
    }

    private boolean carry(AppName app, Believed wanted) {
        String key = Pointer.key(app);
        for (int i = 0; i < MOST_CAS_TRIES; i++) {
            switch (Propagation.decide(app, wanted.value(), regional.read(key), trusted)) {
                case Propagation.Step.Leave leave -> {
                    return true;
                }
                case Propagation.Step.Write write -> {
                    if (regional.compareAndSet(key, write.value(), write.index())) {
                        writes.incrementAndGet();
                        repairs.addAndGet(write.repair() ? 1 : 0);
                        LOG.info(
                                "{} the pointer of {}: {} seq {} step {}",
                                write.repair() ? "repaired" : "carried",
                                app,
                                wanted.pointer().build(),
                                wanted.pointer().seq(),
                                wanted.pointer().step());
                        return true;
                    }
                }
            }
        }
        return false;
    }

    @Override
    public void close() {
        mailbox.add(new Event.Stop());
        regional.close();
    }
}
