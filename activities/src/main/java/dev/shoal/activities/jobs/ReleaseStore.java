package dev.shoal.activities.jobs;

import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.RegionName;
import dev.shoal.model.Release;
import dev.shoal.model.ReleaseId;
import dev.shoal.model.ReleaseStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Releases. Seqs are allocated here, per app, without gaps by rollback of the transaction. Thread-safe. */
public interface ReleaseStore {
    /**
     * Allocates the next seq of the build's app. The gate is asked in the same transaction: nothing that is not verified in every
     * region is created.
     */
    Creation create(NewRelease request);

    /**
     * A release that somebody wants.
     *
     * @param regions empty means every region of the build
     * @param idempotencyKey the same key, build and regions again return the same release
     */
    record NewRelease(
            BuildName build,
            List<RegionName> regions,
            Optional<ReleaseId> rollbackOf,
            Optional<String> idempotencyKey,
            String requestedBy) {
        public NewRelease {
            regions = List.copyOf(regions);
        }
    }

    /** What became of it. */
    sealed interface Creation {
        record Created(Release release) implements Creation {}

        record Duplicate(Release release) implements Creation {}

        /** The key was used for another build or other regions. */
        record Conflict(ReleaseId existing) implements Creation {}

        record NotReplicated(Map<RegionName, String> lagging) implements Creation {}

        record UnknownBuild() implements Creation {}
    }

    Optional<Release> find(ReleaseId id);

    /** The release that this caller made under this idempotency key. */
    Optional<Release> findByKey(String requestedBy, String idempotencyKey);

    /** Newest first. */
    List<Release> list(Optional<AppName> app, int limit);

    /** The app's release with the highest seq. */
    Optional<Release> newest(AppName app);

    /** The newest release of the app, below {@code seq} of {@code than}, that names another build: what a rollback goes back to. */
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
