package dev.shoal.workflows;

import dev.shoal.model.job.Activation;
import dev.shoal.model.job.Artifact;
import io.temporal.activity.ActivityInterface;
import java.util.Optional;

/** The steps on the claiming host, polled on {@link TaskQueues#ofHost}. All heartbeat from real progress. */
@ActivityInterface
public interface HostActivities {
    /** Checks the source out and runs its command in the sandbox. */
    BuildOutput build(ClaimedJob job);

    /**
     * Uploads the built file to the home region in one pass; nothing is visible under the digest before all of it is there.
     * Calling it again goes on where it stopped.
     */
    Artifact upload(ClaimedJob job, BuildOutput output);

    /** The host's last step for a job, whatever became of it: stores the log, deletes the workspace, frees the slot. */
    void releaseHost(ClaimedJob job);

    /**
     * What a build produced.
     *
     * @param path of the artifact, absolute, on the host
     * @param size in bytes
     * @param origin absent from hosts of releases that did not tell
     */
    record BuildOutput(String path, long size, Activation activation, Optional<BuildOrigin> origin) {
        /** Of unknown origin. */
        public BuildOutput(String path, long size, Activation activation) {
            this(path, size, activation, Optional.empty());
        }
    }
}
