package dev.shoal.workerhost;

import dev.shoal.activities.jobs.ReleaseStore;
import dev.shoal.model.Release;
import dev.shoal.model.ReleaseId;
import dev.shoal.workflows.ReleaseWorkflow;
import dev.shoal.workflows.client.Releases;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the workflows of open releases that have none, whose starter died between the row and the start. Any number of monitors
 * may do so. Owned by the monitor's thread.
 */
final class UnservedReleases {
    private static final Logger LOG = LoggerFactory.getLogger(UnservedReleases.class);

    private final ReleaseStore releases;
    private final OpenWorkflows workflows;
    private final Releases starter;
    private Set<ReleaseId> orphans = Set.of();

    UnservedReleases(ReleaseStore releases, OpenWorkflows workflows, Releases starter) {
        this.releases = releases;
        this.workflows = workflows;
        this.starter = starter;
    }

    /** One round. Throws if the database or Temporal is away; the next round goes on. */
    void round() {
        Set<ReleaseId> seen = new HashSet<>();
        for (Release release : releases.open()) {
            if (!workflows.isOpen(ReleaseWorkflow.workflowId(release.id()))) {
                seen.add(release.id());
                if (orphans.contains(release.id())) {
                    LOG.warn("release {} had no workflow, starting it", release.id());
                    starter.start(release);
                }
            }
        }
        orphans = seen;
    }
}
