package dev.shoal.activities.retention;

import dev.shoal.activities.blobs.StoredObjects;
import dev.shoal.activities.jobs.RetentionStore;
import dev.shoal.activities.jobs.RetentionStore.JobBatch;
import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.RegionName;
import dev.shoal.model.retention.RetentionPolicy;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rounds of retention: condemn in SQL what the policy no longer keeps, in batches; then delete what is condemned, all regions at
 * once, so that one that is away delays only its own. May die anywhere: what is condemned stays written down until it is gone.
 * One thread runs the rounds.
 */
public final class Retention {
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    private final RetentionStore store;
    private final StoredObjects objects;
    private final RegionName home;
    private final RetentionPolicy policy;
    private final RetentionFigures figures;
    private final List<Part> parts;

    private record Part(RegionName region, RegionSweep sweep) {}

    /** @param clock compared with S3's times only */
    public Retention(
            RetentionStore store,
            StoredObjects objects,
            RegionName home,
            RetentionPolicy policy,
            RetentionFigures figures,
            Clock clock) {
        this.store = store;
        this.objects = objects;
        this.home = home;
        this.policy = policy;
        this.figures = figures;
        this.parts = objects.regions().stream()
                .map(region ->
                        new Part(region, new RegionSweep(store, objects, region, region.equals(home), figures, clock)))
                .toList();
    }

    /**
     * One round, unless another monitor is at one.
     *
     * @return whether it ran
     * @throws dev.shoal.activities.jobs.StoreException if the database is at fault; a region that is at fault is logged, counted and left for the next round
     */
    public boolean round() {
        try {
            return store.whileHolding(() -> {
                store.publish(Optional.of(policy));
                condemn();
                sweep();
                store.roundEnded();
            });
        } catch (RuntimeException e) {
            figures.failed();
            throw e;
        }
    }

    private void condemn() {
        Map<AppName, Set<BuildName>> onMachines = store.onMachines(policy.buildAge());
        for (AppName app : store.apps()) {
            int retired = RetentionStore.BATCH;
            while (retired == RetentionStore.BATCH) {
                retired = store.retire(app, policy, onMachines.getOrDefault(app, Set.of()), objects.regions());
                figures.retired(retired);
            }
        }
        JobBatch logs = store.condemnLogs(policy, home);
        figures.condemnedLogs(logs.jobs().size());
        while (logs.next().isPresent()) {
            logs = store.condemnLogs(policy, home);
            figures.condemnedLogs(logs.jobs().size());
        }
        OptionalLong after = OptionalLong.of(0);
        while (after.isPresent()) {
            JobBatch jobs = store.deleteJobs(policy, after.getAsLong(), home);
            figures.deletedJobs(jobs.jobs().size());
            after = jobs.next();
        }
        int sources = RetentionStore.BATCH;
        while (sources == RetentionStore.BATCH) {
            sources = store.condemnSources(policy, home);
        }
    }

    /** Returns when every region has done what it can. */
    private void sweep() {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            parts.forEach(part -> threads.execute(() -> sweep(part)));
        }
    }

    private void sweep(Part part) {
        try {
            part.sweep().delete();
            part.sweep().lookForOrphans(policy);
            // What the look has condemned, of this region and of others: they need not wait for the next round.
            part.sweep().delete();
        } catch (RuntimeException e) {
            figures.failed();
            LOG.warn("retention leaves region {} for the next round: {}", part.region(), e.toString());
        }
    }
}
