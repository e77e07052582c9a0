package dev.shoal.activities.host;

import dev.shoal.workflows.Lease;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Which leases hold a slot, without a limit. Thread-safe. */
final class MemorySlots implements HeldSlots {
    private final Set<Lease> held = ConcurrentHashMap.newKeySet();

    @Override
    public boolean hold(Lease lease) {
        return held.add(lease);
    }

    @Override
    public void release(Lease lease) {
        held.remove(lease);
    }

    @Override
    public Set<Lease> held() {
        return Set.copyOf(held);
    }
}
