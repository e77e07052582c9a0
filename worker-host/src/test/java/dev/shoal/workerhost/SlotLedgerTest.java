package dev.shoal.workerhost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.model.JobId;
import dev.shoal.workflows.Lease;
import org.junit.jupiter.api.Test;

class SlotLedgerTest {
    private static final Lease FIRST = new Lease(new JobId(1), 1);
    private static final Lease SECOND = new Lease(new JobId(2), 1);

    private final SlotLedger ledger = new SlotLedger(1);

    @Test
    void givesOutNoMorePermitsThanSlots() {
        assertThat(ledger.reserve().permit()).isCompleted();
        assertThat(ledger.reserve().permit()).isNotDone();
        assertThat(ledger.tryReserve()).isEmpty();
    }

    @Test
    void aClaimedJobKeepsItsSlotAfterTheClaimHasEnded() {
        ledger.reserve();
        ledger.hold(FIRST);
        ledger.giveBack();

        assertThat(ledger.reserve().permit()).isNotDone();
        assertThat(ledger.held()).containsExactly(FIRST);
    }

    @Test
    void aClaimThatFoundNothingFreesItsSlot() {
        ledger.reserve();
        SlotLedger.Reservation next = ledger.reserve();

        ledger.giveBack();

        assertThat(next.permit()).isCompleted();
    }

    @Test
    void theLastStepOfAJobFreesItsSlotOnce() {
        ledger.reserve();
        ledger.hold(FIRST);
        ledger.giveBack();
        SlotLedger.Reservation next = ledger.reserve();

        ledger.release(FIRST);
        ledger.release(FIRST);

        assertThat(next.permit()).isCompleted();
        assertThat(ledger.reserve().permit()).isNotDone();
    }

    @Test
    void anAbandonedReservationDoesNotKeepItsSlot() {
        SlotLedger.Reservation granted = ledger.reserve();
        SlotLedger.Reservation waiting = ledger.reserve();
        SlotLedger.Reservation last = ledger.reserve();

        ledger.abandon(waiting);
        ledger.abandon(granted);

        assertThat(last.permit()).isCompleted();
        assertThat(waiting.permit()).isNotDone();
    }

    @Test
    void aDrainingHostGivesOutNothingAndSaysWhenItIsIdle() throws InterruptedException {
        ledger.reserve();
        ledger.hold(FIRST);
        ledger.hold(SECOND);
        ledger.giveBack();
        ledger.close();

        assertThat(ledger.awaitIdle(1)).isFalse();
        ledger.release(FIRST);
        ledger.release(SECOND);
        assertThat(ledger.awaitIdle(1)).isTrue();
        assertThat(ledger.tryReserve()).isEmpty();
    }
}
