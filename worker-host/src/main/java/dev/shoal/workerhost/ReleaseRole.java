package dev.shoal.workerhost;

import dev.shoal.activities.blobs.ArtifactStore;
import dev.shoal.activities.blobs.ProvenanceStore;
import dev.shoal.activities.blobs.S3ArtifactStore;
import dev.shoal.activities.blobs.S3ProvenanceStore;
import dev.shoal.activities.blobs.S3Regions;
import dev.shoal.activities.control.JobActivitiesImpl;
import dev.shoal.activities.control.Pace;
import dev.shoal.activities.control.PointerRefresher;
import dev.shoal.activities.control.PointerWriter;
import dev.shoal.activities.control.ProvenanceSigner;
import dev.shoal.activities.control.ReleaseActivitiesImpl;
import dev.shoal.activities.control.ReplicationActivitiesImpl;
import dev.shoal.activities.jobs.BuildStore;
import dev.shoal.activities.jobs.Database;
import dev.shoal.activities.jobs.JobStore;
import dev.shoal.activities.jobs.PostgresAuditLog;
import dev.shoal.activities.jobs.PostgresBuildStore;
import dev.shoal.activities.jobs.PostgresJobStore;
import dev.shoal.activities.jobs.PostgresMachineStore;
import dev.shoal.activities.jobs.PostgresReleaseStore;
import dev.shoal.activities.jobs.ReleaseStore;
import dev.shoal.activities.kv.ConsulKeyValue;
import dev.shoal.model.pointer.SigningKey;
import dev.shoal.workerhost.WorkerHostConfig.ReleaseConfig;
import dev.shoal.workflows.TaskQueues;
import io.temporal.worker.WorkerFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Serves the workflow and the control queue, and keeps pointers fresh. */
final class ReleaseRole implements Role {
    /** Copies and watches wait for others most of the time. */
    private static final int CONCURRENT_ACTIVITIES = 64;

    private static final int POLLERS = 4;

    /** How often a copy writes its progress into SQL. */
    private static final Duration COPY_HEART_BEAT = Duration.ofSeconds(5);

    private static final Duration GRACE = Duration.ofSeconds(20);
    private static final Duration LONGEST_REFRESH = Duration.ofMinutes(5);

    private final WorkerFactory factory;
    private final S3Regions regions;
    private final ConsulKeyValue consul;
    private final ExecutorService transfers;
    private final ScheduledExecutorService refresher;
    private final ScheduledFuture<?> refreshing;

    private ReleaseRole(
            WorkerFactory factory,
            S3Regions regions,
            ConsulKeyValue consul,
            ExecutorService transfers,
            ScheduledExecutorService refresher,
            ScheduledFuture<?> refreshing) {
        this.factory = factory;
        this.regions = regions;
        this.consul = consul;
        this.transfers = transfers;
        this.refresher = refresher;
        this.refreshing = refreshing;
    }

    static Role start(Parts parts) throws IOException {
        WorkerHostConfig config = parts.config();
        ReleaseConfig settings = config.release()
                .orElseThrow(() -> new IllegalArgumentException("role release needs the section 'release'"));
        SigningKey key = SigningKey.ofPem(
                Files.readString(settings.signingKeyFile()), Files.readString(settings.verifyKeyFile()));
        S3Regions regions = S3Regions.open(config.regions());
        ExecutorService transfers = NamedThreads.cached("transfer");
        ConsulKeyValue consul = new ConsulKeyValue(settings.globalConsul(), settings.globalConsulTokenFile());
        PointerWriter pointers = new PointerWriter(consul, key);
        ScheduledExecutorService refresher = NamedThreads.timer("pointer-refresher");
        WorkerFactory factory = Workers.factory(parts.temporal().workflowClient());
        Workers.workflows(factory);
        factory.newWorker(
                        TaskQueues.CONTROL,
                        Workers.activities()
                                .setMaxConcurrentActivityExecutionSize(CONCURRENT_ACTIVITIES)
                                .setMaxConcurrentActivityTaskPollers(POLLERS)
                                .build())
                .registerActivitiesImplementations(activities(
                        parts.database(),
                        config,
                        settings,
                        pointers,
                        new S3ArtifactStore(regions, config.homeRegion(), transfers),
                        new S3ProvenanceStore(regions)));
        long every = refreshInterval(settings.validity()).toMillis();
        ScheduledFuture<?> refreshing = refresher.scheduleWithFixedDelay(
                new PointerRefresher(
                        new PostgresReleaseStore(parts.database()), pointers, settings.validity(), Clock.systemUTC()),
                every,
                every,
                TimeUnit.MILLISECONDS);
        factory.start();
        return new ReleaseRole(factory, regions, consul, transfers, refresher, refreshing);
    }

    private static Object[] activities(
            Database database,
            WorkerHostConfig config,
            ReleaseConfig settings,
            PointerWriter pointers,
            ArtifactStore artifacts,
            ProvenanceStore provenance)
            throws IOException {
        JobStore jobs = new PostgresJobStore(database);
        BuildStore builds = new PostgresBuildStore(database);
        ReleaseStore releases = new PostgresReleaseStore(database);
        PostgresAuditLog audit = new PostgresAuditLog(database);
        return new Object[] {
            new JobActivitiesImpl(
                    jobs,
                    builds,
                    releases,
                    audit,
                    config.homeRegion(),
                    config.regionNames(),
                    settings.provenanceKey().map(key -> new ProvenanceSigner(key, jobs))),
            new ReplicationActivitiesImpl(
                    builds,
                    jobs,
                    artifacts,
                    provenance,
                    new ReplicationActivitiesImpl.Settings(config.homeRegion(), settings.managed(), COPY_HEART_BEAT),
                    Clock.systemUTC()),
            new ReleaseActivitiesImpl(
                    releases,
                    builds,
                    new PostgresMachineStore(database, settings.liveness()),
                    pointers,
                    audit,
                    new ReleaseActivitiesImpl.Settings(
                            settings.validity(), settings.deadline(), settings.liveness(), Pace.DEFAULT),
                    Clock.systemUTC())
        };
    }

    /** Often enough that a missed round does not matter. */
    private static Duration refreshInterval(Duration validity) {
        Duration twentieth = validity.dividedBy(20);
        return twentieth.compareTo(LONGEST_REFRESH) > 0 ? LONGEST_REFRESH : twentieth.plusMillis(1);
    }

    @Override
    public boolean isAlive() {
        return factory.isStarted() && !factory.isShutdown() && !refreshing.isDone();
    }

    @Override
    public void end() throws InterruptedException {
        refresher.shutdownNow();
        factory.shutdown();
        factory.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS);
        // What is left is interrupted; Temporal gives it to another host.
        factory.shutdownNow();
        factory.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS);
        transfers.shutdownNow();
        regions.close();
        try {
            consul.close();
        } finally {
            refresher.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
