package dev.shoal.api.logs;

import dev.shoal.activities.blobs.BlobStoreException;
import dev.shoal.activities.blobs.LogStore;
import dev.shoal.model.JobId;
import dev.shoal.model.job.Job;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries a job's log to one reader until it ends, the reader goes, or the server stops. Sends {@code attempt} when it turns to
 * an attempt's log, {@code log} with the offset to resume at as id, and {@code end} with the job's status. Belongs to one
 * thread.
 */
final class LogFollower implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(LogFollower.class);
    private static final int CHUNK = 64 << 10;
    /** A job that has ended without the end of its log is looked at as often. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    private static final Duration HEARTBEAT = Duration.ofSeconds(10);

    /** How long after a job's end a host may still be storing the rest of its log. */
    private static final Duration STRAGGLING = Duration.ofSeconds(5);

    private final LogTails tails;
    private final Clock clock;
    private final JobId job;
    private final LogSink sink;
    private final CountDownLatch stopping;
    private LogPosition position;
    private boolean announced;
    private Instant lastWrite;

    LogFollower(LogTails tails, Clock clock, JobId job, LogPosition start, LogSink sink, CountDownLatch stopping) {
        this.tails = tails;
        this.clock = clock;
        this.job = job;
        this.position = start;
        this.sink = sink;
        this.stopping = stopping;
        this.lastWrite = clock.instant();
    }

    private enum Step {
        MOVED,
        WAITING,
        ENDED
    }

    @Override
    public void run() {
        try (sink;
                LogTails.Place place = tails.join(job, position)) {
            LogTail tail = place.tail();
            boolean ended = false;
            while (!ended && !sink.isClosed() && stopping.getCount() > 0) {
                LogTail.View view = tail.view();
                ended = switch (step(tail, view)) {
                    case MOVED -> false;
                    case WAITING -> {
                        tail.awaitNewer(view, LONGEST_WAIT);
                        yield false;
                    }
                    case ENDED -> true;
                };
            }
        } catch (IOException gone) {
            LOG.debug("a reader of the log of job {} is gone", job);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Step step(LogTail tail, LogTail.View view) throws IOException {
        if (view.gone()) {
            return Step.ENDED;
        }
        if (view.job().isEmpty()) {
            return idle();
        }
        Job now = view.job().get();
        if (view.attempt().isPresent()) {
            int newest = view.attempt().get();
            turnTo(newest);
            Optional<LogStore.Chunk> chunk = read(tail, view);
            if (chunk.isEmpty()) {
                return idle();
            }
            boolean moved = send(chunk.get());
            if (chunk.get().complete() && (now.status().isFinal() || now.attempt() <= newest)) {
                return end(now);
            }
            if (moved) {
                return Step.MOVED;
            }
        }
        return isOver(now) ? end(now) : idle();
    }

    /** Empty if the store does not answer. */
    private Optional<LogStore.Chunk> read(LogTail tail, LogTail.View view) {
        try {
            return Optional.of(tail.read(view, position.offset(), CHUNK));
        } catch (BlobStoreException e) {
            LOG.warn("the log of job {} cannot be read now: {}", job, e.toString());
            return Optional.empty();
        }
    }

    private void turnTo(int newest) throws IOException {
        LogPosition next = position.at(newest);
        if (!announced || !next.attempt().equals(position.attempt())) {
            write(new ServerSentEvent("attempt", Optional.empty(), Integer.toString(newest)));
            announced = true;
        }
        position = next;
    }

    private boolean send(LogStore.Chunk chunk) throws IOException {
        byte[] bytes = chunk.bytes();
        int whole = chunk.complete() ? bytes.length : Utf8.wholeCharacters(bytes);
        if (whole == 0) {
            return false;
        }
        position = position.movedTo(chunk.next() - (bytes.length - whole));
        String text = new String(bytes, 0, whole, StandardCharsets.UTF_8);
        write(new ServerSentEvent("log", Optional.of(Long.toString(position.offset())), text));
        return true;
    }

    private boolean isOver(Job now) {
        return now.status().isFinal()
                && now.finishedAt()
                        .map(end -> end.plus(STRAGGLING).isBefore(clock.instant()))
                        .orElse(true);
    }

    private Step end(Job now) throws IOException {
        write(new ServerSentEvent("end", Optional.empty(), now.status().wire()));
        return Step.ENDED;
    }

    private Step idle() throws IOException {
        if (lastWrite.plus(HEARTBEAT).isBefore(clock.instant())) {
            sink.write(ServerSentEvent.HEARTBEAT);
            lastWrite = clock.instant();
        }
        return Step.WAITING;
    }

    private void write(ServerSentEvent event) throws IOException {
        sink.write(event.wire());
        lastWrite = clock.instant();
    }
}
