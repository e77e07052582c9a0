package dev.shoal.workerhost;

import dev.shoal.activities.blobs.S3ArtifactStore;
import dev.shoal.activities.blobs.S3LogStore;
import dev.shoal.activities.blobs.S3Regions;
import dev.shoal.activities.blobs.S3SourceStore;
import dev.shoal.activities.host.BuildHostConfig;
import dev.shoal.activities.host.ClaimActivitiesImpl;
import dev.shoal.activities.host.HostActivitiesImpl;
import dev.shoal.activities.host.SlotJanitor;
import dev.shoal.activities.jobs.JobStore;
import dev.shoal.activities.jobs.PostgresJobStore;
import dev.shoal.activities.jobs.PostgresObjectClaims;
import dev.shoal.activities.sandbox.Sandbox;
import dev.shoal.activities.sandbox.SourceCheckout;
import dev.shoal.workerhost.WorkerHostConfig.BuildConfig;
import dev.shoal.workflows.TaskQueues;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.tuning.CompositeTuner;
import io.temporal.worker.tuning.FixedSizeSlotSupplier;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Claims, builds and uploads. Two queues: claims (only while a slot is free), and this host's own steps. */
final class BuildRole implements Role {
    private static final Logger LOG = LoggerFactory.getLogger(BuildRole.class);
    private static final Duration JANITOR = Duration.ofSeconds(10);
    private static final Duration HAND_BACK = Duration.ofSeconds(15);
    private static final int STEPS_A_SLOT = 3;
    private static final int POLLERS = 2;

    private final WorkerFactory factory;
    private final Worker claims;
    private final SlotLedger ledger;
    private final AtomicBoolean draining;
    private final Duration grace;
    private final S3Regions regions;
    private final Sandbox sandbox;
    private final ExecutorService transfers;
    private final ScheduledExecutorService timer;
    private final ScheduledFuture<?> janitor;

    private BuildRole(
            WorkerFactory factory,
            Worker claims,
            SlotLedger ledger,
            AtomicBoolean draining,
            Duration grace,
            S3Regions regions,
            Sandbox sandbox,
            ExecutorService transfers,
            ScheduledExecutorService timer,
            ScheduledFuture<?> janitor) {
        this.factory = factory;
        this.claims = claims;
        this.ledger = ledger;
        this.draining = draining;
        this.grace = grace;
        this.regions = regions;
        this.sandbox = sandbox;
        this.transfers = transfers;
        this.timer = timer;
        this.janitor = janitor;
    }

    static Role start(Parts parts) throws IOException {
        WorkerHostConfig config = parts.config();
        BuildConfig settings =
                config.build().orElseThrow(() -> new IllegalArgumentException("role build needs the section 'build'"));
        BuildHostConfig host = new BuildHostConfig(
                settings.hostId(),
                settings.slots(),
                settings.workDir(),
                settings.beat(),
                settings.keptOutput(),
                settings.limits(),
                settings.given());
        JobStore jobs = new PostgresJobStore(parts.database());
        S3Regions regions = S3Regions.open(config.regions());
        ExecutorService transfers = NamedThreads.cached("transfer");
        Sandbox sandbox = new Sandbox(host.workDir());
        // What an earlier process of this host started belongs to attempts that are lost by now.
        sweep(sandbox);
        SlotLedger ledger = new SlotLedger(host.slots());
        AtomicBoolean draining = new AtomicBoolean();
        HostActivitiesImpl steps = new HostActivitiesImpl(
                host,
                jobs,
                new S3LogStore(regions, config.homeRegion()),
                new S3ArtifactStore(
                        regions, config.homeRegion(), transfers, new PostgresObjectClaims(parts.database())),
                new SourceCheckout(
                        sandbox,
                        new S3SourceStore(regions, config.homeRegion()),
                        host.workDir().resolve("mirrors"),
                        settings.mirrorBytes()),
                sandbox,
                ledger,
                draining::get);
        WorkerFactory factory = Workers.factory(parts.temporal().workflowClient());
        Worker claims = claimWorker(factory, ledger);
        claims.registerActivitiesImplementations(new ClaimActivitiesImpl(jobs, host.hostId(), ledger));
        factory.newWorker(
                        TaskQueues.ofHost(host.hostId()),
                        Workers.activities()
                                .setMaxConcurrentActivityExecutionSize(host.slots() * STEPS_A_SLOT)
                                .setMaxConcurrentActivityTaskPollers(POLLERS)
                                .build())
                .registerActivitiesImplementations(steps);
        SlotJanitor look = new SlotJanitor(jobs, host, ledger, steps);
        ScheduledExecutorService timer = NamedThreads.timer("slot-janitor");
        timer.execute(new EarlierProcess(parts.temporal().workflowClient(), jobs, host.hostId()));
        ScheduledFuture<?> janitor =
                timer.scheduleWithFixedDelay(look::look, JANITOR.toMillis(), JANITOR.toMillis(), TimeUnit.MILLISECONDS);
        factory.start();
        return new BuildRole(
                factory, claims, ledger, draining, settings.drain(), regions, sandbox, transfers, timer, janitor);
    }

    /** A slot is not free while something of an earlier build runs. */
    private static void sweep(Sandbox sandbox) {
        while (!sandbox.sweep()) {
            LOG.error("no slots are offered while earlier builds are alive; trying again to end them");
            LockSupport.parkNanos(JANITOR.toNanos());
        }
    }

    private static Worker claimWorker(WorkerFactory factory, SlotLedger ledger) {
        return factory.newWorker(
                TaskQueues.CLAIM,
                Workers.activities()
                        .setWorkerTuner(new CompositeTuner(
                                new FixedSizeSlotSupplier<>(1),
                                new ClaimSlotSupplier(ledger),
                                new FixedSizeSlotSupplier<>(1),
                                new FixedSizeSlotSupplier<>(1)))
                        .setMaxConcurrentActivityTaskPollers(POLLERS)
                        .build());
    }

    @Override
    public boolean isAlive() {
        return factory.isStarted() && !factory.isShutdown() && !janitor.isDone();
    }

    @Override
    public void end() throws InterruptedException {
        ledger.close();
        claims.suspendPolling();
        boolean idle = ledger.awaitIdle(grace.toMillis());
        LOG.info(
                idle ? "no build is running" : "handing {} builds back",
                ledger.held().size());
        draining.set(true);
        ledger.awaitIdle(idle ? 0 : HAND_BACK.toMillis());
        timer.shutdownNow();
        factory.shutdown();
        factory.awaitTermination(HAND_BACK.toMillis(), TimeUnit.MILLISECONDS);
        factory.shutdownNow();
        sandbox.close();
        transfers.shutdownNow();
        regions.close();
    }
}
