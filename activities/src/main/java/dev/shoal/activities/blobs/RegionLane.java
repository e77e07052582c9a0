package dev.shoal.activities.blobs;

import dev.shoal.model.RegionName;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * What one region may use of this process: so many copies at once, so many buffers, and nobody's time while it does not answer.
 * So a region that is slow or away delays only itself. Thread-safe.
 */
final class RegionLane {
    /** Of a release host's 64 activities, with ten regions. */
    private static final int COPIES = 4;

    private static final Duration BUSY = Duration.ofSeconds(2);

    private final RegionName region;
    private final BufferBudget budget;
    private final Clock clock;
    private final Semaphore copies = new Semaphore(COPIES);
    private Optional<Outage> outage = Optional.empty();

    RegionLane(RegionName region, BufferBudget budget, Clock clock) {
        this.region = region;
        this.budget = budget;
        this.clock = clock;
    }

    BufferBudget budget() {
        return budget;
    }

    /** Runs a copy if there is room for one more. */
    CopyResult copy(Supplier<CopyResult> copy) {
        if (!copies.tryAcquire()) {
            return new CopyResult.Deferred("region " + region + " is busy with " + COPIES + " other copies", BUSY);
        }
        try {
            return attempt(copy, CopyResult.Deferred::new);
        } finally {
            copies.release();
        }
    }

    /** Runs a check. */
    GateCheck check(Supplier<GateCheck> check) {
        return attempt(check, GateCheck.Away::new);
    }

    /** What a caller is told instead of being let in. */
    private interface Refusal<T> {
        T of(String reason, Duration retryAfter);
    }

    private <T> T attempt(Supplier<T> work, Refusal<T> refusal) {
        Optional<Outage> away = admit();
        if (away.isPresent()) {
            return refused(away.get(), refusal);
        }
        try {
            T result = work.get();
            answered();
            return result;
        } catch (BlobStoreException e) {
            if (!e.isOutage() || !e.region().equals(region)) {
                throw e;
            }
            return refused(failed(String.valueOf(e.getMessage())), refusal);
        }
    }

    private <T> T refused(Outage away, Refusal<T> refusal) {
        Duration wait = Duration.between(clock.instant(), away.nextTrial());
        return refusal.of(
                "S3 of region " + region + " has been away since " + away.since() + ": " + away.reason(),
                wait.compareTo(BUSY) < 0 ? BUSY : wait);
    }

    /** Absent if the caller may go on. */
    private synchronized Optional<Outage> admit() {
        Instant now = clock.instant();
        if (outage.isPresent() && outage.get().mayTry(now)) {
            outage = outage.map(known -> known.trying(now));
            return Optional.empty();
        }
        return outage;
    }

    /** The region is there: the next failure is the first one. */
    synchronized void answered() {
        outage = Optional.empty();
    }

    private synchronized Outage failed(String reason) {
        Outage next = Outage.after(outage, clock.instant(), reason);
        outage = Optional.of(next);
        return next;
    }
}
