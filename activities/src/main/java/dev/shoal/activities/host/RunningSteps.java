package dev.shoal.activities.host;

import dev.shoal.workflows.FailureTypes;
import dev.shoal.workflows.Lease;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The steps that are at work on this host, so that a workspace is not deleted, nor a slot freed, under one that does not know yet
 * that its attempt is over. Thread-safe.
 */
public final class RunningSteps {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private final Map<Lease, Step> running = new HashMap<>();
    private final Set<Lease> begun = new HashSet<>();
    private final HeldSlots slots;

    /** Only leases that hold one of these slots may begin a step. */
    public RunningSteps(HeldSlots slots) {
        this.slots = slots;
    }

    /** A step at work, until it is closed. */
    public final class Step implements AutoCloseable {
        private final Lease lease;
        private volatile boolean revoked;

        private Step(Lease lease) {
            this.lease = lease;
        }

        /** Whether it must end. */
        public boolean revoked() {
            return revoked;
        }

        @Override
        public void close() {
            lock.lock();
            try {
                running.remove(lease, this);
                ended.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /**
     * A step of the lease begins.
     *
     * @throws ApplicationFailure if the lease holds no slot: this process was started after the claim, or the slot is another's by now
     * @throws IllegalStateException if the lease has a step at work already
     */
    public Step begin(Lease lease) {
        lock.lock();
        try {
            if (!slots.held().contains(lease)) {
                throw ApplicationFailure.newNonRetryableFailure(
                        "attempt " + lease + " holds no slot of this host", FailureTypes.SLOT_LOST);
            }
            begun.add(lease);
            Step step = new Step(lease);
            if (running.putIfAbsent(lease, step) != null) {
                throw new IllegalStateException("a step of " + lease + " is at work on this host already");
            }
            return step;
        } finally {
            lock.unlock();
        }
    }

    /** Whether a step of the lease is at work. */
    public boolean isAtWork(Lease lease) {
        lock.lock();
        try {
            return running.containsKey(lease);
        } finally {
            lock.unlock();
        }
    }

    /** Whether a step of the lease has ever begun here. */
    public boolean hasBegun(Lease lease) {
        lock.lock();
        try {
            return begun.contains(lease);
        } finally {
            lock.unlock();
        }
    }

    /** The lease's last step on this host has ended. */
    public void forget(Lease lease) {
        lock.lock();
        try {
            begun.remove(lease);
        } finally {
            lock.unlock();
        }
    }

    /** Tells the lease's step, if there is one, to end, and waits for it. Returns whether none is at work any more. */
    public boolean end(Lease lease, Duration patience) throws InterruptedException {
        lock.lock();
        try {
            Step step = running.get(lease);
            if (step == null) {
                return true;
            }
            step.revoked = true;
            long left = patience.toNanos();
            while (running.containsKey(lease) && left > 0) {
                left = ended.awaitNanos(left);
            }
            return !running.containsKey(lease);
        } finally {
            lock.unlock();
        }
    }
}
