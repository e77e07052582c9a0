package dev.shoal.activities.host;

import dev.shoal.activities.blobs.LogStore;
import dev.shoal.workflows.Lease;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a growing log file to the store, a segment a second while there is something new. The store being away delays it and
 * nothing else. {@link #finish} ends it; thread-safe.
 */
final class LogShipper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogShipper.class);
    private static final Duration PACE = Duration.ofSeconds(1);
    private static final int LARGEST_SEGMENT = 4 << 20;

    private final LogStore store;
    private final Lease lease;
    private final Path file;
    private final ReentrantLock shipping = new ReentrantLock();
    private final Condition stopped = shipping.newCondition();
    private final Thread thread;
    private long shipped;
    private boolean closed;
    private boolean away;

    private LogShipper(LogStore store, Lease lease, Path file) {
        this.store = store;
        this.lease = lease;
        this.file = file;
        this.thread = Thread.ofPlatform().daemon().name("log-" + lease).unstarted(this::run);
    }

    static LogShipper start(LogStore store, Lease lease, Path file) {
        LogShipper shipper = new LogShipper(store, lease, file);
        shipper.thread.start();
        return shipper;
    }

    private void run() {
        shipping.lock();
        try {
            while (!closed) {
                try {
                    ship();
                    away = false;
                } catch (IOException | RuntimeException e) {
                    if (!away) {
                        LOG.warn("the log of {} waits: {}", lease, e.toString());
                    }
                    away = true;
                }
                long left = stopped.awaitNanos(PACE.toNanos());
                LOG.trace("woken {} ns early", left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            shipping.unlock();
        }
    }

    /** Held lock: one segment after the other, so that offsets have no gaps. */
    private void ship() throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            for (long length = in.length(); shipped < length; length = in.length()) {
                byte[] segment = new byte[(int) Math.min(LARGEST_SEGMENT, length - shipped)];
                in.seek(shipped);
                in.readFully(segment);
                store.append(lease, shipped, segment);
                shipped += segment.length;
            }
        }
    }

    /** Ships what is left and marks the log complete. Throws what the store throws; may be called again. */
    void finish() throws IOException {
        close();
        shipping.lock();
        try {
            ship();
            store.finish(lease, shipped);
        } finally {
            shipping.unlock();
        }
    }

    @Override
    public void close() {
        shipping.lock();
        try {
            closed = true;
            stopped.signalAll();
        } finally {
            shipping.unlock();
        }
    }
}
