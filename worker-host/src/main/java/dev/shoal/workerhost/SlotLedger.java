package dev.shoal.workerhost;

import dev.shoal.activities.host.HeldSlots;
import dev.shoal.workflows.Lease;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Who has a build slot of this host: a permit that was given out before a poll for a claim, or the lease of a job from its claim to
 * the host's last step for it. There are never more of both than slots. Thread-safe.
 */
public final class SlotLedger implements HeldSlots {
    private final int slots;
    private final Set<Lease> held = new LinkedHashSet<>();
    private final Deque<Reservation> waiting = new ArrayDeque<>();
    private int permits;
    private boolean closed;

    /** None of them is taken yet. */
    public SlotLedger(int slots) {
        this.slots = slots;
    }

    /** The right to poll for one claim. */
    public static final class Permit {}

    /** A place in the line for a permit. */
    public static final class Reservation {
        private final CompletableFuture<Permit> permit = new CompletableFuture<>();

        /** Completes when a slot is free. */
        public CompletableFuture<Permit> permit() {
            return permit;
        }
    }

    /** A permit as soon as a slot is free. */
    public synchronized Reservation reserve() {
        Reservation reservation = new Reservation();
        waiting.add(reservation);
        grant();
        return reservation;
    }

    /** A permit if a slot is free now. */
    public synchronized Optional<Permit> tryReserve() {
        if (!hasFree() || !waiting.isEmpty()) {
            return Optional.empty();
        }
        permits++;
        return Optional.of(new Permit());
    }

    /** Gives a permit back: nothing was claimed with it, or the lease that was has been {@link #hold held}. */
    public synchronized void giveBack() {
        permits--;
        grant();
    }

    /** Nobody waits for this reservation any more. A permit that it got meanwhile goes to the next. */
    public synchronized void abandon(Reservation reservation) {
        if (!waiting.remove(reservation)) {
            giveBack();
        }
    }

    /** A job has been claimed; whether its lease was not held yet. Called while its permit is out, so there is a slot. */
    @Override
    public synchronized boolean hold(Lease lease) {
        return held.add(lease);
    }

    /** The host's last step for the job has ended. Releasing twice is the same as once. */
    @Override
    public synchronized void release(Lease lease) {
        if (held.remove(lease)) {
            grant();
            notifyAll();
        }
    }

    /** The leases that hold a slot, in the order of their claims. */
    @Override
    public synchronized Set<Lease> held() {
        return Collections.unmodifiableSet(new LinkedHashSet<>(held));
    }

    /** No more permits: the host is draining. */
    public synchronized void close() {
        closed = true;
    }

    /** Waits until no lease is held, but no longer than this; whether none is. */
    synchronized boolean awaitIdle(long millis) throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        for (long left = millis; !held.isEmpty() && left > 0; left = (end - System.nanoTime()) / 1_000_000) {
            wait(left);
        }
        return held.isEmpty();
    }

    private boolean hasFree() {
        return !closed && permits + held.size() < slots;
    }

    private void grant() {
        while (hasFree() && !waiting.isEmpty()) {
            permits++;
            waiting.remove().permit.complete(new Permit());
        }
    }
}
