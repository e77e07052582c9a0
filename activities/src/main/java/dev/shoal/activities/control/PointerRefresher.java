package dev.shoal.activities.control;

import dev.shoal.activities.control.PointerWriter.Current;
import dev.shoal.activities.jobs.ReleaseStore;
import dev.shoal.activities.jobs.StoreException;
import dev.shoal.activities.kv.KeyValue.KeyValueException;
import dev.shoal.model.AppName;
import dev.shoal.model.pointer.Pointer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signs current pointers again when half of their validity has passed, so that a machine that comes up late still believes them
 * (an expired pointer is not installed). Same seq and step, later issue. Any number of these may run. Thread-safe.
 */
public final class PointerRefresher implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(PointerRefresher.class);

    private final ReleaseStore releases;
    private final PointerWriter pointers;
    private final Duration validity;
    private final Clock clock;

    public PointerRefresher(ReleaseStore releases, PointerWriter pointers, Duration validity, Clock clock) {
        this.releases = releases;
        this.pointers = pointers;
        this.validity = validity;
        this.clock = clock;
    }

    /** One round over all apps. Never throws: an app that failed is tried again in the next round. */
    @Override
    public void run() {
        try {
            releases.apps().forEach(this::refresh);
        } catch (StoreException e) {
            LOG.warn("pointers were not refreshed", e);
        }
    }

    private void refresh(AppName app) {
        try {
            Optional<Current> current = pointers.current(app);
            Optional<Pointer> renewed = current.flatMap(c -> renewal(c.pointer(), clock.instant(), validity));
            if (current.isPresent() && renewed.isPresent() && pointers.renew(current.get(), renewed.get())) {
                LOG.info(
                        "pointer of {} seq {} now expires at {}",
                        app,
                        renewed.get().seq(),
                        renewed.get().expiresAt());
            }
        } catch (KeyValueException e) {
            LOG.warn("pointer of {} was not refreshed", app, e);
        }
    }

    /** The pointer to write at {@code now}; empty while less than half of its validity has passed. */
    static Optional<Pointer> renewal(Pointer current, Instant now, Duration validity) {
        Duration lifetime = Duration.between(current.issuedAt(), current.expiresAt());
        Instant due = current.issuedAt().plus(lifetime.dividedBy(2));
        if (now.isBefore(due) || !now.isAfter(current.issuedAt())) {
            return Optional.empty();
        }
        return Optional.of(new Pointer(
                current.app(),
                current.build(),
                current.seq(),
                current.step(),
                current.artifact(),
                current.activation(),
                current.permille(),
                now,
                now.plus(validity)));
    }
}
