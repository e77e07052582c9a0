package dev.shoal.agent.region.origin;

import dev.shoal.agent.region.origin.RegionStore.RegionStoreException;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.torrent.Metainfo;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * Fills a {@link PieceStore} by parallel ranged reads of S3, each byte once, first what the swarm lacks; what lies on disk already
 * is checked and not read again. A read that fails is tried again with pauses. Threads of its own; thread-safe.
 */
final class Feed implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Feed.class);
    /** One stream of S3 is far slower than its sum (AWS: 8 to 16 parallel reads of 8 to 16 MiB). */
    private static final int STREAMS = 8;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final int WRONG_PIECES_ALLOWED = 5;

    /** Hears, on the feed's threads, how far it is. */
    interface Listener {
        void stored(int piece);

        void complete();

        /** It has given up. */
        void failed(String reason);
    }

    private final Artifact artifact;
    private final Metainfo metainfo;
    private final PieceStore pieces;
    private final RegionStore store;
    private final Listener listener;
    private final List<Thread> threads = new ArrayList<>();
    private final LongAdder fetched = new LongAdder();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final BitSet missing = new BitSet();
    private final BitSet idle = new BitSet();
    private final BitSet elsewhere = new BitSet();
    private final PieceOrder order;
    private final int piecesPerRead;

    private int wrong;
    private volatile boolean closed;

    private record Run(int first, int end) {}

    /** @param lane what is read first */
    Feed(Artifact artifact, PieceStore pieces, RegionStore store, Lane lane, RandomGenerator dice, Listener listener) {
        this.artifact = artifact;
        this.metainfo = pieces.metainfo();
        this.pieces = pieces;
        this.store = store;
        this.listener = listener;
        missing.set(0, metainfo.pieceCount());
        idle.set(0, metainfo.pieceCount());
        piecesPerRead = Lane.run(metainfo.pieceLength());
        order = new PieceOrder(metainfo.pieceCount(), piecesPerRead, lane, dice);
        for (int i = 0; i < STREAMS; i++) {
            threads.add(Thread.ofPlatform().daemon().name("feed-" + i).unstarted(this::run));
        }
    }

    void start() {
        threads.forEach(Thread::start);
    }

    /** The swarm has this piece: others are read before it. */
    void isElsewhere(int piece) {
        lock.lock();
        try {
            elsewhere.set(piece);
        } finally {
            lock.unlock();
        }
    }

    /** How many bytes came from S3. */
    long fetched() {
        return fetched.sum();
    }

    private void run() {
        Duration pause = FIRST_PAUSE;
        try {
            for (Run run = take(); run != null && !closed; run = take()) {
                boolean done = fill(run);
                pause = done ? FIRST_PAUSE : pause;
                if (!done && !closed) {
                    Thread.sleep(pause);
                    pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("the feed of {} ends", artifact.digest());
        }
    }

    /** Waits while all that is missing is being read by others. Null when nothing is missing. */
    private @Nullable Run take() throws InterruptedException {
        lock.lock();
        try {
            while (!closed && idle.isEmpty() && !missing.isEmpty()) {
                changed.await();
            }
            if (closed || missing.isEmpty()) {
                return null;
            }
            BitSet wanted = (BitSet) idle.clone();
            wanted.andNot(elsewhere);
            wanted = wanted.isEmpty() ? (BitSet) idle.clone() : wanted;
            int first = order.next(wanted, wanted);
            int endOfRun = Math.min((first / piecesPerRead + 1) * piecesPerRead, metainfo.pieceCount());
            int end = Math.min(endOfRun, wanted.nextClearBit(first));
            for (int piece = first; piece < end; piece++) {
                order.passed(piece);
            }
            idle.clear(first, end);
            return new Run(first, end);
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether all of the run is there. Whatever happens, what is missing of it can be taken again. */
    private boolean fill(Run run) {
        try {
            read(run);
        } catch (RuntimeException e) {
            LOG.error("reading pieces {} to {} of {}", run.first(), run.end(), artifact.digest(), e);
        } finally {
            release(run);
        }
        return isThere(run);
    }

    private void read(Run run) {
        int at = run.first();
        try {
            while (at < run.end() && pieces.holds(at)) {
                stored(at++);
            }
            if (at < run.end()) {
                at = fetch(at, run.end());
            }
        } catch (PieceStore.DiskException e) {
            giveUp("cannot write " + artifact.digest() + ": " + e.getMessage());
        } catch (IOException | SdkException | RegionStoreException e) {
            if (!closed) {
                LOG.warn("reading pieces {} to {} of {} from S3: {}", at, run.end(), artifact.digest(), e.getMessage());
            }
        }
    }

    private int fetch(int from, int end) throws IOException {
        long last = metainfo.pieceOffset(end - 1) + metainfo.pieceSize(end - 1) - 1;
        ResponseInputStream<GetObjectResponse> in = store.range(artifact, metainfo.pieceOffset(from), last);
        int at = from;
        try {
            while (at < end && !closed) {
                boolean right = pieces.write(at, in);
                fetched.add(metainfo.pieceSize(at));
                if (right) {
                    stored(at);
                } else {
                    refuse(at);
                }
                at++;
            }
        } finally {
            if (at < end) {
                in.abort();
            }
            in.close();
        }
        return at;
    }

    private void refuse(int piece) {
        LOG.error("piece {} of {} came from S3 with the wrong hash", piece, artifact.digest());
        boolean tooMany;
        lock.lock();
        try {
            tooMany = ++wrong > WRONG_PIECES_ALLOWED;
        } finally {
            lock.unlock();
        }
        if (tooMany) {
            giveUp("S3 has the wrong bytes of " + artifact.digest() + ", piece " + piece);
        }
    }

    private void stored(int piece) {
        boolean last;
        lock.lock();
        try {
            missing.clear(piece);
            last = missing.isEmpty();
        } finally {
            lock.unlock();
        }
        listener.stored(piece);
        if (last) {
            listener.complete();
        }
    }

    private boolean isThere(Run run) {
        lock.lock();
        try {
            int next = missing.nextSetBit(run.first());
            return next < 0 || next >= run.end();
        } finally {
            lock.unlock();
        }
    }

    /** Gives back what is still missing. */
    private void release(Run run) {
        lock.lock();
        try {
            for (int piece = run.first(); piece < run.end(); piece++) {
                idle.set(piece, missing.get(piece));
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void giveUp(String reason) {
        if (!closed) {
            stop();
            listener.failed(reason);
        }
    }

    private void stop() {
        closed = true;
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        stop();
        threads.forEach(Thread::interrupt);
        try {
            // What opens the file next must not find it written to.
            for (Thread thread : threads) {
                if (thread != Thread.currentThread()) {
                    thread.join(Duration.ofSeconds(2));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
