package dev.shoal.activities.host;

import dev.shoal.activities.jobs.JobStore;
import dev.shoal.activities.jobs.StoreException;
import dev.shoal.model.HostId;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobStage;
import dev.shoal.workflows.Lease;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frees what nobody will release any more: slots and workspaces whose attempt is not this host's according to SQL, because its
 * workflow was terminated, or went on elsewhere; and slots of claims whose answer never reached their ticket. Called by one thread,
 * every ten seconds.
 */
public final class SlotJanitor {
    private static final Logger LOG = LoggerFactory.getLogger(SlotJanitor.class);

    /** A minute: a ticket that has heard of its claim sends the first step within seconds, or gives the host up after 20. */
    private static final int LOOKS_BEFORE_STEPS = 6;

    /** Five minutes: what has been built is worth waiting for a Temporal that is away. */
    private static final int LOOKS_BETWEEN_STEPS = 30;

    private final JobStore jobs;
    private final HostId host;
    private final HeldSlots slots;
    private final Workspaces workspaces;
    private final Consumer<Lease> release;
    private final RunningSteps steps;
    private Set<Lease> suspects = Set.of();
    private Map<Lease, Integer> idle = Map.of();

    /** Which attempts have a workspace on this host. */
    public interface Workspaces {
        Collection<Lease> all() throws IOException;
    }

    /** Of a build host. */
    public SlotJanitor(JobStore jobs, BuildHostConfig config, HeldSlots slots, HostActivitiesImpl activities) {
        this(
                jobs,
                config.hostId(),
                slots,
                activities.steps(),
                () -> Workspace.all(config.workDir()),
                activities::release);
    }

    /** {@code release} frees the workspace and the slot of an attempt, and throws what keeps it from that. */
    public SlotJanitor(
            JobStore jobs,
            HostId host,
            HeldSlots slots,
            RunningSteps steps,
            Workspaces workspaces,
            Consumer<Lease> release) {
        this.jobs = jobs;
        this.host = host;
        this.slots = slots;
        this.workspaces = workspaces;
        this.release = release;
        this.steps = steps;
    }

    /** One look. What has no owner twice in a row is released: the workflow's own last step comes first. */
    public void look() {
        try {
            // Before the rows: a claim made in between is then in the rows and not among these.
            Set<Lease> here = new LinkedHashSet<>(slots.held());
            here.addAll(workspaces.all());
            Set<Lease> unowned = unowned(here, jobs.runningOn(host));
            for (Lease lease : unowned) {
                if (suspects.contains(lease)) {
                    release(lease);
                }
            }
            suspects = unowned;
            releaseIdle();
        } catch (StoreException | IOException e) {
            LOG.warn("cannot look for unowned slots: {}", e.getMessage());
        }
    }

    /**
     * A held lease without a step at work: the claim's answer, or the order to free the slot, was lost on its way. While its ticket waits
     * for another host to claim the job, all of them may be as full of such leases as this one. A step that comes after all is refused,
     * and the job claimed again.
     */
    private void releaseIdle() {
        Map<Lease, Integer> now = new LinkedHashMap<>();
        slots.held().stream()
                .filter(lease -> !steps.isAtWork(lease))
                .forEach(lease -> now.put(lease, idle.getOrDefault(lease, 0) + 1));
        idle = now;
        now.forEach((lease, looks) -> {
            if (looks > (steps.hasBegun(lease) ? LOOKS_BETWEEN_STEPS : LOOKS_BEFORE_STEPS)) {
                release(lease);
            }
        });
    }

    /** One that cannot be released, for S3 is away or a disk is full, does not keep the others, and is tried again. */
    private void release(Lease lease) {
        LOG.warn("{} is not this host's any more: releasing it", lease);
        try {
            release.accept(lease);
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
        return here.stream()
                .filter(lease -> !owned.contains(lease))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
