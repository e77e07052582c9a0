package dev.shoal.api.logs;

import dev.shoal.activities.blobs.LogStore;
import dev.shoal.activities.jobs.JobStore;
import dev.shoal.model.JobId;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;

/** The {@link LogTail}s of the jobs that somebody follows: one a job, from its first follower to its last. Thread-safe. */
final class LogTails {
    private final JobStore jobs;
    private final LogStore logs;
    private final Executor threads;
    private final Map<JobId, Shared> shared = new HashMap<>();

    /** @param threads each of which may run one tail, for as long as it has followers */
    LogTails(JobStore jobs, LogStore logs, Executor threads) {
        this.jobs = jobs;
        this.logs = logs;
        this.threads = threads;
    }

    private static final class Shared {
        private final LogTail tail;
        private int followers;

        Shared(LogTail tail) {
            this.tail = tail;
        }
    }

    /** A place among the followers of a job's log, until it is closed. */
    final class Place implements AutoCloseable {
        private final JobId job;
        private final Shared mine;

        private Place(JobId job, Shared mine) {
            this.job = job;
            this.mine = mine;
        }

        LogTail tail() {
            return mine.tail;
        }

        @Override
        public void close() {
            leave(job, mine);
        }
    }

    /** Joins the followers of a log, or is the first, from {@code start}. */
    Place join(JobId job, LogPosition start) {
        Shared joined;
        boolean first;
        synchronized (shared) {
            first = !shared.containsKey(job);
            joined = shared.computeIfAbsent(job, any -> new Shared(new LogTail(jobs, logs, job, start)));
            joined.followers++;
        }
        if (first) {
            threads.execute(joined.tail::run);
        }
        return new Place(job, joined);
    }

    private void leave(JobId job, Shared left) {
        synchronized (shared) {
            left.followers--;
            if (left.followers > 0) {
                return;
            }
            shared.remove(job, left);
        }
        left.tail.close();
    }
}
