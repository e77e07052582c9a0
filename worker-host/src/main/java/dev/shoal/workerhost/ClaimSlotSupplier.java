package dev.shoal.workerhost;

import io.temporal.worker.tuning.ActivitySlotInfo;
import io.temporal.worker.tuning.SlotMarkUsedContext;
import io.temporal.worker.tuning.SlotPermit;
import io.temporal.worker.tuning.SlotReleaseContext;
import io.temporal.worker.tuning.SlotReserveContext;
import io.temporal.worker.tuning.SlotSupplier;
import io.temporal.worker.tuning.SlotSupplierFuture;
import java.util.Optional;

/**
 * Lets Temporal poll the claim queue only while this host has a free slot: {@code reserveSlot} is called before each poll and waits
 * in the {@link SlotLedger}. So there are never more claims than slots (promise 2). Thread-safe.
 */
final class ClaimSlotSupplier implements SlotSupplier<ActivitySlotInfo> {
    private final SlotLedger ledger;

    ClaimSlotSupplier(SlotLedger ledger) {
        this.ledger = ledger;
    }

    @Override
    public SlotSupplierFuture reserveSlot(SlotReserveContext<ActivitySlotInfo> context) {
        SlotLedger.Reservation reservation = ledger.reserve();
        return SlotSupplierFuture.fromCompletableFuture(
                reservation.permit().thenApply(SlotPermit::new), () -> ledger.abandon(reservation));
    }

    @Override
    public Optional<SlotPermit> tryReserveSlot(SlotReserveContext<ActivitySlotInfo> context) {
        return ledger.tryReserve().map(SlotPermit::new);
    }

    @Override
    public void markSlotUsed(SlotMarkUsedContext<ActivitySlotInfo> context) {
        // The slot is counted since its reservation.
    }

    @Override
    public void releaseSlot(SlotReleaseContext<ActivitySlotInfo> context) {
        ledger.giveBack();
    }
}
