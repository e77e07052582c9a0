package dev.shoal.activities.host;

import dev.shoal.activities.jobs.JobStore;
import dev.shoal.activities.jobs.StoreException;
import dev.shoal.model.HostId;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobStage;
import dev.shoal.workflows.Lease;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frees what nobody will release any more: slots and workspaces whose attempt is not this host's according to SQL, because its
 * workflow was terminated, or went on elsewhere. Called by one thread, again and again.
 */
public final class SlotJanitor {
    private static final Logger LOG = LoggerFactory.getLogger(SlotJanitor.class);

    private final JobStore jobs;
    private final HostId host;
    private final Path workDir;
    private final HeldSlots slots;
    private final HostActivitiesImpl activities;
    private Set<Lease> suspects = Set.of();

    public SlotJanitor(JobStore jobs, BuildHostConfig config, HeldSlots slots, HostActivitiesImpl activities) {
        this.jobs = jobs;
        this.host = config.hostId();
        this.workDir = config.workDir();
        this.slots = slots;
        this.activities = activities;
    }

    /** One look. What has no owner twice in a row is released: the workflow's own last step comes first. */
    public void look() {
        try {
            // Before the rows: a claim made in between is then in the rows and not among these.
            Set<Lease> here = new HashSet<>(slots.held());
            here.addAll(Workspace.all(workDir));
            Set<Lease> unowned = unowned(here, jobs.runningOn(host));
            for (Lease lease : unowned) {
                if (suspects.contains(lease)) {
                    release(lease);
                }
            }
            suspects = unowned;
        } catch (StoreException | IOException e) {
            LOG.warn("cannot look for unowned slots: {}", e.getMessage());
        }
    }

    /** One that cannot be released, for S3 is away or a disk is full, does not keep the others, and is tried again. */
    private void release(Lease lease) {
        LOG.warn("{} is not this host's any more: releasing it", lease);
        try {
            activities.release(lease);
        } catch (RuntimeException e) {
            LOG.warn("cannot release {} yet", lease, e);
        }
    }

    /** Which of {@code here} no row of this host is at work on: pure. */
    static Set<Lease> unowned(Set<Lease> here, Collection<Job> running) {
        Set<Lease> owned = running.stream()
                .filter(job -> job.stage() != JobStage.REPLICATING)
                .map(job -> new Lease(job.id(), job.attempt()))
                .collect(Collectors.toSet());
        return here.stream().filter(lease -> !owned.contains(lease)).collect(Collectors.toSet());
    }
}
