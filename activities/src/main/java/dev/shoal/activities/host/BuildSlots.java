package dev.shoal.activities.host;

import dev.shoal.workflows.Lease;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A host's build slots. A slot is reserved before the claim queue is polled, and held by a lease from the claim until the host's
 * last step for that job. A claim holds its lease's slot before it gives its reservation back, so there are never more claims than
 * slots. Thread-safe.
 */
public final class BuildSlots {
    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Lease> held = new HashSet<>();
    private final Deque<CompletableFuture<Void>> waiting = new ArrayDeque<>();
    private int reserved;

    public BuildSlots(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("a build host needs a slot, got " + capacity);
        }
        this.capacity = capacity;
    }

    /** Completes once a slot is reserved. Cancel it to stop waiting; what was reserved already must be given back. */
    public CompletableFuture<Void> reserve() {
        lock.lock();
        try {
            CompletableFuture<Void> ticket = new CompletableFuture<>();
            waiting.addLast(ticket);
            serve();
            return ticket;
        } finally {
            lock.unlock();
        }
    }

    /** Reserves a slot if one is free. */
    public boolean tryReserve() {
        lock.lock();
        try {
            boolean free = reserved + held.size() < capacity && waiting.isEmpty();
            reserved += free ? 1 : 0;
            return free;
        } finally {
            lock.unlock();
        }
    }

    /** Gives a reservation back: the poll brought nothing, or its claim has ended and holds a lease's slot by now. */
    public void unreserve() {
        lock.lock();
        try {
            if (reserved == 0) {
                throw new IllegalStateException("no slot is reserved");
            }
            reserved--;
            serve();
        } finally {
            lock.unlock();
        }
    }

    /** The lease holds a slot from now on; the caller has a reservation. Holding twice is holding once. */
    public void hold(Lease lease) {
        lock.lock();
        try {
            held.add(lease);
        } finally {
            lock.unlock();
        }
    }

    /** Frees the lease's slot. Returns whether it held one. */
    public boolean release(Lease lease) {
        lock.lock();
        try {
            boolean was = held.remove(lease);
            serve();
            return was;
        } finally {
            lock.unlock();
        }
    }

    /** The leases that hold a slot. */
    public Set<Lease> held() {
        lock.lock();
        try {
            return Set.copyOf(held);
        } finally {
            lock.unlock();
        }
    }

    /** How many slots leases hold. */
    public int inUse() {
        return held().size();
    }

    public int capacity() {
        return capacity;
    }

    private void serve() {
        while (reserved + held.size() < capacity && !waiting.isEmpty()) {
            // A cancelled waiter does not take the slot.
            if (waiting.removeFirst().complete(null)) {
                reserved++;
            }
        }
    }
}
