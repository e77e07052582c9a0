package dev.shoal.agent.region;

import dev.shoal.agent.consul.ConsulException;
import dev.shoal.agent.consul.ConsulKv;
import dev.shoal.agent.consul.KvEntry;
import dev.shoal.model.AppName;
import dev.shoal.model.pointer.Pointer;
import dev.shoal.model.pointer.SignedPointer;
import dev.shoal.model.pointer.VerifyKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    private final Map<AppName, Long> refusedAt = new HashMap<>();
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

    private void run() {
        Duration next = RECONCILE;
        while (true) {
            try {
                Event event = mailbox.poll(next.toMillis(), TimeUnit.MILLISECONDS);
                List<Event> events = new ArrayList<>();
                if (event != null) {
                    events.add(event);
                }
                mailbox.drainTo(events);
                for (Event each : events) {
                    if (each instanceof Event.Stop) {
                        return;
                    }
                    if (each instanceof Event.Global news) {
                        take(news.entries());
                    }
                }
                next = reconcile() ? RECONCILE : RETRY;
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("propagation failed; trying again", e);
                next = RETRY;
            }
        }
    }

    private void take(List<KvEntry> entries) {
        for (KvEntry entry : entries) {
            Pointer.appOf(entry.key()).ifPresent(app -> {
                switch (SignedPointer.read(entry.value(), app, trusted)) {
                    case SignedPointer.Reading.Refused no -> {
                        // A watch tells all entries at each change: the same value is refused once.
                        Long before = refusedAt.put(app, entry.modifyIndex());
                        if (before != null && before == entry.modifyIndex()) {
                            return;
                        }
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
        if (global.isEmpty()) {
            return true;
        }
        Map<String, KvEntry> held = new HashMap<>();
        try {
            regional.list(Pointer.KEY_PREFIX).entries().forEach(entry -> held.put(entry.key(), entry));
        } catch (ConsulException e) {
            LOG.warn("{}; trying again", e.getMessage());
            return false;
        }
        boolean done = true;
        for (Map.Entry<AppName, Believed> entry : global.entrySet()) {
            AppName app = entry.getKey();
            try {
                done &= carry(app, entry.getValue(), Optional.ofNullable(held.get(Pointer.key(app))));
            } catch (ConsulException e) {
                // One app's trouble must not hold up the others.
                LOG.warn("{}; trying again", e.getMessage());
                done = false;
            }
        }
        return done;
    }

    private boolean carry(AppName app, Believed wanted, Optional<KvEntry> seen) {
        String key = Pointer.key(app);
        Optional<KvEntry> held = seen;
        for (int i = 0; i < MOST_CAS_TRIES; i++) {
            switch (Propagation.decide(app, wanted.value(), held, trusted)) {
                case Propagation.Step.Leave leave -> {
                    return true;
                }
                case Propagation.Step.Write write -> {
                    if (regional.compareAndSet(key, write.value(), write.index())) {
                        wrote(app, wanted.pointer(), write.repair());
                        return true;
                    }
                }
            }
            // Somebody else was faster: decide again from what is there now.
            held = regional.read(key);
        }
        return false;
    }

    private void wrote(AppName app, Pointer pointer, boolean repair) {
        writes.incrementAndGet();
        if (repair) {
            repairs.incrementAndGet();
        }
        LOG.info(
                "{} the pointer of {}: {} seq {} step {}",
                repair ? "repaired" : "carried",
                app,
                pointer.build(),
                pointer.seq(),
                pointer.step());
    }

    /** Whether its thread turns. */
    boolean isTurning() {
        return thread.isAlive();
    }

    /** For {@code GET /v1/status}. */
    Map<String, Object> status() {
        return Map.of("carried", writes.get(), "repaired", repairs.get(), "refused", refused.get());
    }

    @Override
    public void close() {
        mailbox.add(new Event.Stop());
        regional.close();
    }
}
