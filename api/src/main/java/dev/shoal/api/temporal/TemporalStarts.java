package dev.shoal.api.temporal;

import dev.shoal.model.JobId;
import dev.shoal.model.Release;
import dev.shoal.workflows.client.Releases;
import dev.shoal.workflows.client.Tickets;
import io.dropwizard.lifecycle.Managed;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link WorkflowStarts} on a few threads of its own: while Temporal is away its client retries for a minute, which no caller of
 * the API shall wait for. What does not fit into the backlog is dropped; the monitors' reconciler starts it. Thread-safe.
 */
public final class TemporalStarts implements WorkflowStarts, Managed {
    private static final Logger LOG = LoggerFactory.getLogger(TemporalStarts.class);
    private static final int THREADS = 4;
    private static final int BACKLOG = 1000;
    private static final Duration DRAIN = Duration.ofSeconds(3);

    private final Tickets tickets;
    private final Releases releases;
    private final ThreadPoolExecutor threads;

    public TemporalStarts(Tickets tickets, Releases releases) {
        this.tickets = tickets;
        this.releases = releases;
        this.threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                1,
                TimeUnit.MINUTES,
                new LinkedBlockingQueue<>(BACKLOG),
                Thread.ofPlatform().name("temporal-start-", 0).daemon().factory(),
                (task, pool) -> LOG.warn("too many workflow starts wait for Temporal; left to the monitors"));
    }

    @Override
    public void ticket(JobId job) {
        perform("ticket of job " + job, () -> tickets.start(job));
    }

    @Override
    public void release(Release release) {
        perform("workflow of release " + release.id(), () -> releases.start(release));
    }

    @Override
    public void cancel(String workflowId) {
        perform("cancel of workflow " + workflowId, () -> tickets.cancel(workflowId));
    }

    private void perform(String what, Runnable call) {
        threads.execute(() -> {
            try {
                call.run();
            } catch (RuntimeException e) {
                LOG.warn("{} did not reach Temporal; left to the monitors: {}", what, e.toString());
            }
        });
    }

    @Override
    public void stop() throws InterruptedException {
        threads.shutdown();
        if (!threads.awaitTermination(DRAIN.toMillis(), TimeUnit.MILLISECONDS)) {
            threads.shutdownNow();
        }
    }
}
