package dev.shoal.api.logs;

import dev.shoal.activities.blobs.LogStore;
import dev.shoal.activities.jobs.JobStore;
import dev.shoal.model.JobId;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.eclipse.jetty.util.component.LifeCycle;
import org.glassfish.jersey.server.ChunkedOutput;

/**
 * The live log streams, one virtual thread each, and one more for each job that is followed. Ends all of them when the server begins to stop, since Jetty's graceful stop
 * waits for open requests. Thread-safe.
 */
public final class LogStreams implements LifeCycle.Listener {
    private final LogTails tails;
    private final Clock clock;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("log-stream-", 0).factory());

    public LogStreams(JobStore jobs, LogStore logs, Clock clock) {
        this.clock = clock;
        this.tails = new LogTails(jobs, logs, threads);
    }

    /** Follows the log of a job that exists, from this attempt and offset. */
    public ChunkedOutput<String> follow(JobId job, Optional<Integer> attempt, long offset) {
        ChunkedOutput<String> output = new ChunkedOutput<>(String.class);
        LogPosition start = new LogPosition(attempt, offset);
        threads.execute(new LogFollower(tails, clock, job, start, new ToClient(output), stopping));
        return output;
    }

    @Override
    public void lifeCycleStopping(LifeCycle server) {
        stopping.countDown();
        threads.shutdown();
    }

    private record ToClient(ChunkedOutput<String> output) implements LogSink {
        @Override
        public void write(String text) throws IOException {
            output.write(text);
        }

        @Override
        public boolean isClosed() {
            return output.isClosed();
        }

        @Override
        public void close() throws IOException {
            output.close();
        }
    }
}
