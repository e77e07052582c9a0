package dev.shoal.agent.machine;

import dev.shoal.agent.swarm.Swarm;
import dev.shoal.agent.swarm.SwarmException;
import dev.shoal.agent.swarm.SwarmStatus;
import dev.shoal.agent.swarm.SwarmTorrent;
import dev.shoal.model.InfoHash;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A session that is opened when the first artifact is added, and not before a pause is over: an agent that libtorrent has
 * brought down again and again still starts, reports, and leaves running services alone. Thread-safe.
 */
final class GuardedSwarm implements Swarm {
    private final Supplier<Swarm> open;
    private final long notBefore;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closing = lock.newCondition();
    private @Nullable Swarm session;
    private TransferLimits limits = TransferLimits.NONE;
    private boolean closed;

    GuardedSwarm(Supplier<Swarm> open, Duration pause) {
        this.open = open;
        this.notBefore = System.nanoTime() + pause.toNanos();
    }

    /** Waits until the pause is over. */
    @Override
    public void add(SwarmTorrent torrent) {
        opened().add(torrent);
    }

    private Swarm opened() {
        lock.lock();
        try {
            for (long left = left(); session == null && left > 0 && !closed; left = left()) {
                var unused = closing.awaitNanos(left);
            }
            if (closed) {
                throw new SwarmException("the session is closed");
            }
            if (session == null) {
                session = open.get();
                session.limits(limits.upload(), limits.download());
            }
            return session;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SwarmException("interrupted while waiting after crashes");
        } finally {
            lock.unlock();
        }
    }

    private long left() {
        return notBefore - System.nanoTime();
    }

    /** How long until the pause is over, if it is not. */
    Optional<Duration> pausing() {
        long left = left();
        return left > 0 ? Optional.of(Duration.ofSeconds(TimeUnit.NANOSECONDS.toSeconds(left) + 1)) : Optional.empty();
    }

    private Optional<Swarm> session() {
        lock.lock();
        try {
            return Optional.ofNullable(session);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void remove(InfoHash infoHash) {
        session().ifPresent(s -> s.remove(infoHash));
    }

    @Override
    public Optional<SwarmStatus> status(InfoHash infoHash) {
        return session().flatMap(s -> s.status(infoHash));
    }

    @Override
    public void limits(long uploadBytesPerSecond, long downloadBytesPerSecond) {
        lock.lock();
        try {
            limits = new TransferLimits(uploadBytesPerSecond, downloadBytesPerSecond);
            if (session != null) {
                session.limits(uploadBytesPerSecond, downloadBytesPerSecond);
            }
        } finally {
            lock.unlock();
        }
    }

    /** @throws SwarmException while no session is open */
    @Override
    public int port() {
        return session()
                .orElseThrow(() -> new SwarmException("no session is open"))
                .port();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            closing.signalAll();
        } finally {
            lock.unlock();
        }
        session().ifPresent(Swarm::close);
    }
}
