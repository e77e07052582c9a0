package dev.shoal.activities.blobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BufferBudgetTest {
    private static final long MIB = 1 << 20;

    private final BufferBudget budget = new BufferBudget(100 * MIB);

    @Test
    void givesRoomBackWhenATransferEnds() {
        try (Transfer transfer = transfer(UploadProgress.none());
                BufferBudget.Room room = budget.take(60 * MIB, transfer)) {
            assertThat(room).isNotNull();
            assertThat(budget.available()).isEqualTo(40 * MIB);
        }
        assertThat(budget.available()).isEqualTo(100 * MIB);
    }

    @Test
    void letsATransferThatWantsMoreThanThereIsRunAlone() {
        try (Transfer transfer = transfer(UploadProgress.none());
                BufferBudget.Room room = budget.take(1000 * MIB, transfer)) {
            assertThat(room).isNotNull();
            assertThat(budget.available()).isZero();
        }
    }

    @Test
    void keepsReportingWhileItWaitsSoThatACancelIsHeard() {
        AtomicInteger reports = new AtomicInteger();
        UploadProgress cancelled = (bytes, total) -> {
            reports.incrementAndGet();
            throw new IllegalStateException("cancelled");
        };
        try (Transfer first = transfer(UploadProgress.none());
                Transfer second = transfer(cancelled);
                BufferBudget.Room room = budget.take(60 * MIB, first)) {
            assertThat(room).isNotNull();
            assertThatThrownBy(() -> budget.take(60 * MIB, second)).isInstanceOf(Transfer.Stopped.class);
            assertThat(budget.available()).isEqualTo(40 * MIB);
        }
        assertThat(reports.get()).isEqualTo(1);
    }

    private static Transfer transfer(UploadProgress progress) {
        return new Transfer(Runnable::run, progress, 100);
    }
}
