package dev.shoal.activities.jobs;

import dev.shoal.activities.blobs.StoredObjects.Removed;
import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.Digest;
import dev.shoal.model.JobId;
import dev.shoal.model.RegionName;
import dev.shoal.model.retention.RetentionPlan;
import dev.shoal.model.retention.RetentionPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Retention in SQL. Each method is one short transaction over at most {@link #BATCH} rows (or one look), decides by the
 * database's clock, and writes what it did into the audit log in the same transaction. Each may be killed or run twice, by any
 * number of monitors. What is condemned stays in {@code object_deletions} until {@link #done}. Thread-safe.
 */
public interface RetentionStore {
    /** Rows a transaction. */
    int BATCH = 200;

    /** Runs the round unless another process is at one. Two at once would only be in each other's way. @return whether it ran */
    boolean whileHolding(Runnable round);

    /** Says by which policy the monitors delete, or that they do not. */
    void publish(Optional<RetentionPolicy> policy);

    /** Notes that a round has come to its end. */
    void roundEnded();

    RetentionState state();

    /** Apps with builds that are not retired, sorted. */
    List<AppName> apps();

    /** The builds that machines heard of within this time run, or are about to run. */
    Map<AppName, Set<BuildName>> onMachines(Duration within);

    /** What would become of the builds of an app now. Changes nothing. */
    RetentionPlan plan(AppName app, RetentionPolicy policy, Set<BuildName> onMachines);

    /**
     * Retires builds: no release can name them from then on, and what only they have in S3 is condemned in each of the regions.
     *
     * @return how many; fewer than could go if somebody is about to rely on them
     */
    int retire(AppName app, RetentionPolicy policy, Set<BuildName> onMachines, List<RegionName> regions);

    /** The next jobs whose logs are no longer kept, from where the last round stopped or after this one. Changes nothing. */
    JobBatch oldLogs(RetentionPolicy policy, OptionalLong after);

    /** Condemns the logs of the next jobs whose logs are no longer kept. */
    JobBatch condemnLogs(RetentionPolicy policy, RegionName home);

    /** The next jobs after this one whose rows are no longer kept. Changes nothing. */
    JobBatch oldJobs(RetentionPolicy policy, long after);

    /** Deletes the rows of {@link #oldJobs}, of their retired builds and of these builds' releases, and condemns their logs. */
    JobBatch deleteJobs(RetentionPolicy policy, long after, RegionName home);

    /**
     * Jobs by id.
     *
     * @param next after this job the next batch begins; absent if there is nothing more that is old enough
     */
    record JobBatch(List<JobId> jobs, OptionalLong next) {
        public JobBatch {
            jobs = List.copyOf(jobs);
        }
    }

    /** Condemns sources that no job names and nobody has uploaded within the grace. @return how many */
    int condemnSources(RetentionPolicy policy, RegionName home);

    /** Makes sources known that lie in S3 and that nobody knows, so that they go in their turn. */
    void noteSources(Map<Digest, Instant> lastModified);

    /** Condemns artifacts, listed in S3 and old enough, that nothing refers to. @return how many */
    int condemnOrphans(Set<Digest> listed, List<RegionName> regions);

    /**
     * Takes the oldest of a region's condemned prefixes: requests may be under way from now on, for
     * {@link dev.shoal.activities.blobs.StoredObjects#DELETION_LEASE}.
     */
    List<String> take(RegionName region, int limit);

    /** They are gone. */
    void done(RegionName region, List<String> prefixes, Removed removed);

    /** For these no request was sent. */
    void giveBack(RegionName region, List<String> prefixes);
}
