package dev.shoal.activities.jobs;

import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.RegionName;
import dev.shoal.model.Release;
import dev.shoal.model.ReleaseId;
import dev.shoal.model.ReleaseStatus;
import dev.shoal.model.gate.Completeness;
import dev.shoal.model.gate.ReleasePolicy;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Releases. Seqs are allocated here, per app, without gaps by rollback of the transaction. Thread-safe. */
public interface ReleaseStore {
    /**
     * Allocates the next seq of the build's app. The gate is asked in the same transaction: the release names only regions in
     * which the build is verified, and lacks no more than its policy allows.
     */
    Creation create(NewRelease request);

    /**
     * A release that somebody wants.
     *
     * @param idempotencyKey the same key, build and policy again return the same release
     */
    record NewRelease(
            BuildName build,
            ReleasePolicy policy,
            Optional<ReleaseId> rollbackOf,
            Optional<String> idempotencyKey,
            String requestedBy) {}

    /** What became of it. */
    sealed interface Creation {
        /** Made without the {@code excluded} regions, each with its status, as the policy allows. */
        record Created(Release release, Map<RegionName, String> excluded) implements Creation {
            public Created {
                excluded = Map.copyOf(excluded);
            }
        }

        record Duplicate(Release release) implements Creation {}

        /** The key was used for another build, other regions or another policy. */
        record Conflict(ReleaseId existing) implements Creation {}

        record NotReplicated(Map<RegionName, String> lagging) implements Creation {}

        /** Retention has deleted the build's artifact, or is about to. */
        record Retired(Instant since) implements Creation {}

        record UnknownBuild() implements Creation {}
    }

    Optional<Release> find(ReleaseId id);

    /** The regions that a release was made without, each with its status then. Empty if there is no such release. */
    Map<RegionName, String> excluded(ReleaseId id);

    /** What a release was allowed to lack. {@code ALL} if there is no such release. */
    Completeness policy(ReleaseId id);

    /** The release that this caller made under this idempotency key. */
    Optional<Release> findByKey(String requestedBy, String idempotencyKey);

    /** Newest first. */
    List<Release> list(Optional<AppName> app, int limit);

    /** The app's release with the highest seq. */
    Optional<Release> newest(AppName app);

    /**
     * The newest release of the app, below {@code seq} of {@code than}, that names another build which is not
     * retired: what a rollback goes back to.
     */
    Optional<Release> previous(Release than);

    /** The pointer is in the global Consul. Does nothing to a release that has ended. */
    Release flipped(ReleaseId id);

    /** Progress of a rolling release. */
    void progress(ReleaseId id, int machinesOk, int machinesTotal);

    /** Ends a release; one that has ended stays as it is. */
    Release finish(ReleaseId id, ReleaseStatus status, Map<String, String> missing, Optional<String> reason);

    /** Every app that has a release, sorted. */
    List<AppName> apps();

    /** Releases that have not ended, oldest first. */
    List<Release> open();
}
