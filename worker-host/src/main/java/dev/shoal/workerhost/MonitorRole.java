package dev.shoal.workerhost;

import dev.shoal.activities.blobs.AbandonedUploads;
import dev.shoal.activities.blobs.S3Regions;
import dev.shoal.activities.blobs.S3StoredObjects;
import dev.shoal.activities.jobs.JobStore;
import dev.shoal.activities.jobs.PostgresJobStore;
import dev.shoal.activities.jobs.PostgresReleaseStore;
import dev.shoal.activities.jobs.PostgresRetentionStore;
import dev.shoal.activities.jobs.RetentionStore;
import dev.shoal.activities.retention.Retention;
import dev.shoal.activities.retention.RetentionFigures;
import dev.shoal.model.RegionName;
import dev.shoal.workerhost.WorkerHostConfig.MonitorConfig;
import dev.shoal.workflows.client.Releases;
import dev.shoal.workflows.client.Tickets;
import io.temporal.client.WorkflowClient;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loops on one thread: fail what no workflow owns, start what no workflow serves. On two others: collect and delete what is no longer kept. */
final class MonitorRole implements Role {
    private static final Logger LOG = LoggerFactory.getLogger(MonitorRole.class);

    /** A round waits for Postgres and Temporal, each with a time-out. */
    private static final Duration LONGEST_ROUND = Duration.ofMinutes(2);

    private static final Duration COLLECT_EVERY = Duration.ofHours(1);

    private final ScheduledExecutorService timer = NamedThreads.timer("monitor");
    private final List<ScheduledFuture<?>> loops = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService collector = NamedThreads.timer("upload-collector");
    private final ScheduledExecutorService retainer = NamedThreads.timer("retention");
    private final RetentionFigures figures = new RetentionFigures();
    private final RetentionStore retention;
    private final S3Regions regions;
    private final Duration interval;
    private volatile long lastTurn = System.nanoTime();

    private MonitorRole(Duration interval, S3Regions regions, RetentionStore retention) {
        this.retention = retention;
        this.regions = regions;
        this.interval = interval;
    }

    static Role start(Parts parts) {
        MonitorConfig settings = parts.config()
                .monitor()
                .orElseThrow(() -> new IllegalArgumentException("role monitor needs the section 'monitor'"));
        WorkflowClient client = parts.temporal().workflowClient();
        WorkflowView workflows = new WorkflowView(client);
        JobStore jobs = new PostgresJobStore(parts.database());
        StaleJobs stale = new StaleJobs(jobs, workflows, settings.limit(), Clock.systemUTC());
        UnservedTickets tickets = new UnservedTickets(jobs, workflows, new Tickets(client)::startExtra);
        AbandonedJobs abandoned = new AbandonedJobs(jobs, workflows, new Tickets(client)::startExtra);
        UnservedReleases releases =
                new UnservedReleases(new PostgresReleaseStore(parts.database()), workflows, new Releases(client));
        S3Regions regions = S3Regions.open(parts.config().regions());
        AbandonedUploads uploads = new AbandonedUploads(regions, Clock.systemUTC());
        MonitorRole role = new MonitorRole(settings.every(), regions, new PostgresRetentionStore(parts.database()));
        role.every("stale jobs", stale::round);
        role.every("abandoned jobs", abandoned::round);
        role.every("queued jobs without a ticket", tickets::round);
        role.every("releases without a workflow", releases::round);
        role.collect(uploads);
        settings.retention()
                .ifPresentOrElse(asked -> role.retain(asked, parts.config().homeRegion()), role::retainEverything);
        return role;
    }

    private void retain(RetentionConfig asked, RegionName home) {
        Retention rounds = new Retention(
                retention, new S3StoredObjects(regions), home, asked.policy(), figures, Clock.systemUTC());
        loops.add(retainer.scheduleWithFixedDelay(
                () -> {
                    try {
                        rounds.round();
                    } catch (RuntimeException e) {
                        LOG.warn("round of retention failed: {}", e.toString());
                    }
                },
                0,
                asked.every().toMillis(),
                TimeUnit.MILLISECONDS));
    }

    /** Says so, that nobody waits for what does not come. */
    private void retainEverything() {
        try {
            retention.publish(Optional.empty());
        } catch (RuntimeException e) {
            LOG.warn("that retention is off cannot be published: {}", e.toString());
        }
    }

    @Override
    public String metrics() {
        return figures.toPrometheus(retention.state());
    }

    private void every(String what, Runnable round) {
        loops.add(timer.scheduleWithFixedDelay(() -> turn(what, round), 0, interval.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** On a thread of its own: regions that are away must not hold up the rounds. */
    private void collect(AbandonedUploads uploads) {
        loops.add(collector.scheduleWithFixedDelay(
                () -> {
                    try {
                        uploads.collect();
                    } catch (RuntimeException e) {
                        LOG.warn("collecting abandoned uploads failed: {}", e.toString());
                    }
                },
                0,
                COLLECT_EVERY.toMinutes(),
                TimeUnit.MINUTES));
    }

    /** A round that fails is the database or Temporal being away: the loop outlives both. */
    private void turn(String what, Runnable round) {
        try {
            round.run();
        } catch (RuntimeException e) {
            LOG.warn("round over {} failed: {}", what, e.toString());
        } finally {
            lastTurn = System.nanoTime();
        }
    }

    @Override
    public boolean isAlive() {
        Duration since = Duration.ofNanos(System.nanoTime() - lastTurn);
        return loops.stream().noneMatch(ScheduledFuture::isDone) && since.compareTo(interval.plus(LONGEST_ROUND)) < 0;
    }

    @Override
    public void end() throws InterruptedException {
        timer.shutdown();
        collector.shutdownNow();
        retainer.shutdownNow();
        timer.awaitTermination(LONGEST_ROUND.toMillis(), TimeUnit.MILLISECONDS);
        collector.awaitTermination(LONGEST_ROUND.toMillis(), TimeUnit.MILLISECONDS);
        retainer.awaitTermination(LONGEST_ROUND.toMillis(), TimeUnit.MILLISECONDS);
        regions.close();
    }
}
