package dev.shoal.api.logs;

import dev.shoal.activities.blobs.BlobStoreException;
import dev.shoal.activities.blobs.LogStore;
import dev.shoal.activities.jobs.JobStore;
import dev.shoal.activities.jobs.StoreException;
import dev.shoal.model.JobId;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobStatus;
import dev.shoal.workflows.Lease;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of one job's log, read once for all who follow it: SQL and S3 are asked by one thread, however many followers there are.
 * Followers that are behind what is kept here read the store themselves until they have caught up. Thread-safe.
 */
final class LogTail {
    private static final Logger LOG = LoggerFactory.getLogger(LogTail.class);
    private static final int CHUNK = 64 << 10;
    private static final int KEPT = 512 << 10;
    private static final Duration POLL = Duration.ofMillis(300);
    private static final Duration LONGEST_POLL = Duration.ofSeconds(3);

    private final JobStore jobs;
    private final LogStore logs;
    private final JobId job;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final LogPosition start;
    private View view = new View(0, Optional.empty(), false, Optional.empty(), 0, new byte[0], false);
    private boolean closed;

    /** @param start of the first follower: what is before it is not read for the others */
    LogTail(JobStore jobs, LogStore logs, JobId job, LogPosition start) {
        this.jobs = jobs;
        this.logs = logs;
        this.job = job;
        this.start = start;
    }

    /**
     * What is known.
     *
     * @param version grows with every change
     * @param job its row; empty while it has not been read
     * @param gone whether there is no such job
     * @param attempt whose log it is
     * @param from where {@code bytes} begin in the log
     * @param complete whether the log ends with {@code bytes}
     */
    record View(
            long version,
            Optional<Job> job,
            boolean gone,
            Optional<Integer> attempt,
            long from,
            byte[] bytes,
            boolean complete) {
        long end() {
            return from + bytes.length;
        }

        private boolean sameAs(View other) {
            return job.equals(other.job)
                    && gone == other.gone
                    && attempt.equals(other.attempt)
                    && end() == other.end()
                    && complete == other.complete;
        }
    }

    /** The newest view. */
    View view() {
        lock.lock();
        try {
            return view;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there is a newer view than this, it is closed, or the time is over. */
    void awaitNewer(View known, Duration longest) throws InterruptedException {
        lock.lock();
        try {
            long left = longest.toNanos();
            while (view.version() == known.version() && !closed && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Of the view's attempt, from {@code offset}: from what is kept if it is, else from the store. */
    LogStore.Chunk read(View from, long offset, int max) {
        int attempt = from.attempt().orElseThrow();
        if (offset < from.from() || offset > from.end()) {
            return logs.read(new Lease(job, attempt), offset, max);
        }
        int begin = (int) (offset - from.from());
        int end = Math.min(from.bytes().length, begin + max);
        return new LogStore.Chunk(
                Arrays.copyOfRange(from.bytes(), begin, end),
                offset + (end - begin),
                from.complete() && end == from.bytes().length);
    }

    /** Reads on until it is closed, or nothing more can come. Called by one thread. */
    void run() {
        boolean away = false;
        long changedAt = System.nanoTime();
        try {
            while (!isClosed() && !isFinal(view())) {
                boolean moved = false;
                try {
                    long version = view().version();
                    moved = publish(next(view()));
                    changedAt = view().version() == version ? changedAt : System.nanoTime();
                    away = false;
                } catch (StoreException | BlobStoreException e) {
                    if (!away) {
                        LOG.warn("the log of job {} cannot be read now: {}", job, e.toString());
                    }
                    away = true;
                }
                if (!moved) {
                    pause(poll(view(), Duration.ofNanos(System.nanoTime() - changedAt)));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * How long not to look. A job in the queue is looked for at every tenth of the time that it has waited: a long queue is often
     * followed by many, and their looking must not be what makes it long.
     */
    static Duration poll(View view, Duration unchanged) {
        boolean waits = view.job().map(row -> row.status() == JobStatus.QUEUED).orElse(false);
        Duration tenth = unchanged.dividedBy(10);
        if (!waits || tenth.compareTo(POLL) < 0) {
            return POLL;
        }
        return tenth.compareTo(LONGEST_POLL) < 0 ? tenth : LONGEST_POLL;
    }

    private static boolean isFinal(View view) {
        return view.gone()
                || (view.complete()
                        && view.job().map(row -> row.status().isFinal()).orElse(false));
    }

    private View next(View now) {
        // The job first: what a final job's log lacks after this, it will not get, stragglers aside.
        Optional<Job> row = jobs.find(job);
        if (row.isEmpty()) {
            return new View(now.version(), row, true, now.attempt(), now.from(), now.bytes(), now.complete());
        }
        Optional<Integer> newest = logs.newestAttempt(job);
        if (newest.isEmpty()) {
            return new View(now.version(), row, false, newest, 0, new byte[0], false);
        }
        boolean same = newest.equals(now.attempt());
        long offset = same
                ? now.end()
                : now.attempt().isEmpty() ? start.at(newest.get()).offset() : 0;
        byte[] kept = same ? now.bytes() : new byte[0];
        LogStore.Chunk chunk = logs.read(new Lease(job, newest.get()), offset, CHUNK);
        byte[] all = Arrays.copyOf(kept, kept.length + chunk.bytes().length);
        System.arraycopy(chunk.bytes(), 0, all, kept.length, chunk.bytes().length);
        byte[] last = all.length > KEPT ? Arrays.copyOfRange(all, all.length - KEPT, all.length) : all;
        return new View(now.version(), row, false, newest, chunk.next() - last.length, last, chunk.complete());
    }

    private boolean publish(View next) {
        lock.lock();
        try {
            if (next.sameAs(view)) {
                return false;
            }
            boolean moved = next.end() != view.end();
            view = new View(
                    view.version() + 1,
                    next.job(),
                    next.gone(),
                    next.attempt(),
                    next.from(),
                    next.bytes(),
                    next.complete());
            changed.signalAll();
            return moved;
        } finally {
            lock.unlock();
        }
    }

    private void pause(Duration length) throws InterruptedException {
        lock.lock();
        try {
            long left = length.toNanos();
            while (!closed && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Nobody follows any more, or the server stops. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
