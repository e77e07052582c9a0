package dev.shoal.api.logs;

import dev.shoal.activities.blobs.BlobStoreException;
import dev.shoal.activities.blobs.LogStore;
import dev.shoal.activities.jobs.JobStore;
import dev.shoal.activities.jobs.StoreException;
import dev.shoal.model.JobId;
import dev.shoal.model.job.Job;
import dev.shoal.workflows.Lease;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
    private static final Duration POLL = Duration.ofMillis(300);
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);

    /** How long after a job's end a host may still be storing the rest of its log. */
    private static final Duration STRAGGLING = Duration.ofSeconds(5);

    private final JobStore jobs;
    private final LogStore logs;
    private final Clock clock;
    private final JobId job;
    private final LogSink sink;
    private final CountDownLatch stopping;
    private LogPosition position;
    private boolean announced;
    private Instant lastWrite;

    LogFollower(
            JobStore jobs,
            LogStore logs,
            Clock clock,
            JobId job,
            LogPosition start,
            LogSink sink,
            CountDownLatch stopping) {
        this.jobs = jobs;
        this.logs = logs;
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
        try (sink) {
            boolean stopped = false;
            while (!stopped && !sink.isClosed()) {
                stopped = switch (step()) {
                    case MOVED -> stopping.getCount() == 0;
                    case WAITING -> stopping.await(POLL.toMillis(), TimeUnit.MILLISECONDS);
                    case ENDED -> true;
                };
            }
        } catch (IOException gone) {
            LOG.debug("a reader of the log of job {} is gone", job);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Step step() throws IOException {
        try {
            // The job first: what a final job's log lacks after this, it will not get, stragglers aside.
            Optional<Job> found = jobs.find(job);
            if (found.isEmpty()) {
                return Step.ENDED;
            }
            Job now = found.get();
            Optional<Integer> newest = logs.newestAttempt(job);
            if (newest.isPresent()) {
                turnTo(newest.get());
                LogStore.Chunk chunk = logs.read(new Lease(job, newest.get()), position.offset(), CHUNK);
                boolean moved = send(chunk);
                if (chunk.complete() && (now.status().isFinal() || now.attempt() <= newest.get())) {
                    return end(now);
                }
                if (moved) {
                    return Step.MOVED;
                }
            }
            return isOver(now) ? end(now) : idle();
        } catch (StoreException | BlobStoreException e) {
            LOG.warn("the log of job {} cannot be read now: {}", job, e.toString());
            return idle();
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
