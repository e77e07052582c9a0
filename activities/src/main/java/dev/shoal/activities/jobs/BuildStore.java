package dev.shoal.activities.jobs;

import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.RegionName;
import dev.shoal.model.gate.Replica;
import dev.shoal.model.gate.ReplicaEvidence;
import dev.shoal.model.gate.ReplicationMode;
import dev.shoal.model.job.Activation;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.job.Build;
import dev.shoal.workflows.Lease;
import java.util.List;
import java.util.Optional;

/** Builds and their replicas. {@code builds.status} is rewritten from the replicas in each transaction that changes one. Thread-safe. */
public interface BuildStore {
    /**
     * Creates the build {@code <app>-<job id>} with a pending replica per region, fenced by the lease. The same again returns the
     * existing build; empty if the lease is lost.
     */
    Optional<Build> record(
            Lease lease, AppName app, Artifact artifact, Activation activation, List<RegionName> regions);

    Optional<Build> find(BuildName name);

    /** Keeps the signed provenance of a build. The first one stays. Returns what is kept; empty if there is no such build. */
    Optional<String> attest(BuildName build, String envelope);

    /** The signed provenance of a build, if there is one: a DSSE envelope in one line of JSON. */
    Optional<String> provenance(BuildName build);

    /** Newest first. */
    List<Build> list(Optional<AppName> app, int limit);

    /** In progress by our own copy, with the bytes copied so far. A complete replica stays complete. */
    void progress(BuildName build, RegionName region, long bytes);

    /**
     * Notes what a replica that is not complete waits for, and by whom it is to come. Its status stays, but a failed one is
     * pending again.
     */
    void waiting(BuildName build, RegionName region, ReplicationMode mode, String reason);

    /** Complete, with its evidence. */
    Replica complete(BuildName build, RegionName region, ReplicaEvidence evidence);

    /** Failed, with the reason, even if it was complete: what was verified has turned out to be wrong, and its evidence with it. */
    void refuted(BuildName build, RegionName region, String reason);

    /** Failed, with the reason. A complete replica stays complete. */
    void failed(BuildName build, RegionName region, String reason);
}
