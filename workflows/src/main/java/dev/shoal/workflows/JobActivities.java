package dev.shoal.workflows;

import dev.shoal.model.BuildName;
import dev.shoal.model.RegionName;
import dev.shoal.model.ReleaseId;
import dev.shoal.model.job.Activation;
import dev.shoal.model.job.Artifact;
import io.temporal.activity.ActivityInterface;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes about jobs on {@link TaskQueues#CONTROL}, each fenced: they throw {@link FailureTypes#OWNERSHIP_LOST}. */
@ActivityInterface
public interface JobActivities {
    /** Notes why an attempt was lost; the job stays running until it is claimed again or failed. */
    void attemptLost(Lease lease, String reason);

    /** Ends the job as failed. */
    void failJob(Lease lease, String reason, Optional<String> logTail);

    /** Ends the job as stopped. */
    void stopJob(Lease lease, String reason);

    /**
     * Creates the build with a pending replica per region, and signs its provenance. Called again, returns the same.
     *
     * @param origin null from workflows of releases that did not tell
     */
    RecordedBuild recordBuild(ClaimedJob job, Artifact artifact, Activation activation, @Nullable BuildOrigin origin);

    /** Ends the job as success. */
    void succeedJob(Lease lease);

    /** Allocates the release that the job asked for; one a job, however often it is called. */
    ReleaseId createRelease(ClaimedJob job, BuildName build);

    /** A build and where it must go. The first region is the home region. */
    record RecordedBuild(BuildName name, List<RegionName> regions) {
        public RecordedBuild {
            regions = List.copyOf(regions);
        }
    }
}
