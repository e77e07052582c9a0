package dev.shoal.activities.host;

import dev.shoal.workflows.Lease;
import java.util.Set;

/** Which leases hold a build slot of this host: from their claim to the host's last step for the job. Thread-safe. */
public interface HeldSlots {
    /** A job has been claimed. Returns whether its lease was not held yet. */
    boolean hold(Lease lease);

    /** The host's last step for the job has ended. Releasing twice is the same as once. */
    void release(Lease lease);

    /** The leases that hold a slot. */
    Set<Lease> held();
}
