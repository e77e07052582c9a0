package dev.shoal.api.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.activities.blobs.LogStore;
import dev.shoal.api.testkit.ApiExtension;
import dev.shoal.api.testkit.ApiStack;
import dev.shoal.api.testkit.Fleet;
import dev.shoal.model.JobId;
import dev.shoal.model.job.Job;
import dev.shoal.workflows.Lease;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many followers of one log, on the real store. */
@ExtendWith(ApiExtension.class)
class SharedTailTest {
    private static final int FOLLOWERS = 60;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final CountingStore logs;
    private final Fleet fleet;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final LogTails tails;

    SharedTailTest(ApiStack stack) {
        this.logs = new CountingStore(stack.logs());
        this.fleet = new Fleet(stack);
        this.tails = new LogTails(fleet.jobs(), logs, threads);
    }

    @AfterEach
    void stop() {
        stopping.countDown();
        threads.close();
    }

    @Test
    void sixtyFollowersCostTheStoreNoMoreThanOne() {
        Job job = fleet.running("web");
        Lease lease = Fleet.lease(job);
        logs.append(lease, 0, bytes("one\n"));
        List<Reader> readers = follow(job.id(), 0);
        await().atMost(LIMIT)
                .until(() -> readers.stream().allMatch(reader -> reader.text().contains("one")));
        int before = logs.asked.get();

        await().atMost(LIMIT).until(() -> logs.asked.get() >= before + 3);
        logs.append(lease, 4, bytes("\u001b[32mtwo\u001b[0m\n"));
        await().atMost(LIMIT)
                .until(() -> readers.stream().allMatch(reader -> reader.text().contains("two")));

        // Alone, each of them would have asked at least three times.
        assertThat(logs.asked.get() - before).isLessThan(FOLLOWERS * 2);
        assertThat(readers).allMatch(reader -> reader.text().contains("\u001b[32mtwo\u001b[0m"));
    }

    @Test
    void whoComesLateOrResumesReadsWhatTheOthersHaveRead() {
        Job job = fleet.running("web");
        Lease lease = Fleet.lease(job);
        logs.append(lease, 0, bytes("zero\n"));
        logs.append(lease, 5, bytes("one\n"));
        List<Reader> late = follow(job.id(), 5);
        await().atMost(LIMIT)
                .until(() -> late.stream().allMatch(reader -> reader.text().contains("one")));

        Reader fromStart = new Reader();
        follow(job.id(), 0, fromStart);
        logs.append(lease, 9, bytes("two\n"));
        logs.finish(lease, 13);

        await().atMost(LIMIT).until(() -> fromStart.text().contains("two"));
        assertThat(fromStart.text()).contains("data: zero\ndata: one");
        assertThat(late).noneMatch(reader -> reader.text().contains("zero"));
    }

    @Test
    void aJobThatHasWaitedLongInTheQueueIsLookedForLessOften() {
        LogTail.View queued = view(fleet.queued("web"));
        LogTail.View running = view(fleet.running("web"));

        assertThat(LogTail.poll(queued, Duration.ofSeconds(1))).isEqualTo(Duration.ofMillis(300));
        assertThat(LogTail.poll(queued, Duration.ofSeconds(20))).isEqualTo(Duration.ofSeconds(2));
        assertThat(LogTail.poll(queued, Duration.ofHours(1))).isEqualTo(Duration.ofSeconds(3));
        assertThat(LogTail.poll(running, Duration.ofHours(1))).isEqualTo(Duration.ofMillis(300));
    }

    private static LogTail.View view(Job job) {
        return new LogTail.View(1, Optional.of(job), false, Optional.empty(), 0, new byte[0], false);
    }

    private List<Reader> follow(JobId job, long offset) {
        List<Reader> readers = new ArrayList<>();
        for (int i = 0; i < FOLLOWERS; i++) {
            Reader reader = new Reader();
            readers.add(reader);
            follow(job, offset, reader);
        }
        return readers;
    }

    private void follow(JobId job, long offset, Reader reader) {
        threads.execute(new LogFollower(
                tails, Clock.systemUTC(), job, new LogPosition(Optional.empty(), offset), reader, stopping));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Collects what it is sent. */
    private static final class Reader implements LogSink {
        private final StringBuffer text = new StringBuffer();

        @Override
        public void write(String more) {
            text.append(more);
        }

        String text() {
            return text.toString();
        }

        @Override
        public boolean isClosed() {
            return false;
        }

        @Override
        public void close() {}
    }

    /** The real one, with a count of its reads. */
    private static final class CountingStore implements LogStore {
        private final LogStore store;
        private final AtomicInteger asked = new AtomicInteger();

        CountingStore(LogStore store) {
            this.store = store;
        }

        @Override
        public void append(Lease attempt, long offset, byte[] bytes) {
            store.append(attempt, offset, bytes);
        }

        @Override
        public Chunk read(Lease attempt, long offset, int max) {
            asked.incrementAndGet();
            return store.read(attempt, offset, max);
        }

        @Override
        public void finish(Lease attempt, long length) {
            store.finish(attempt, length);
        }

        @Override
        public Optional<Integer> newestAttempt(JobId job) {
            return store.newestAttempt(job);
        }
    }
}
