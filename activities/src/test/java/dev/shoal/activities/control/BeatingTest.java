package dev.shoal.activities.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BeatingTest {
    @Test
    void beatsUntilTheCallReturnsItsResult() {
        CountDownLatch beats = new CountDownLatch(2);

        String result = Beating.during(
                () -> {
                    beats.await();
                    return "verified";
                },
                beats::countDown);

        assertThat(result).isEqualTo("verified");
    }

    @Test
    void throwsWhatTheCallThrows() {
        assertThatThrownBy(() -> Beating.during(
                        () -> {
                            throw new IllegalArgumentException("bad bytes");
                        },
                        () -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("bad bytes");
    }

    @Test
    void aBeatThatIsRefusedInterruptsACallThatWouldNeverReturn() throws InterruptedException {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);

        assertThatThrownBy(() -> Beating.during(
                        () -> {
                            entered.countDown();
                            try {
                                return new CountDownLatch(1).await(1, TimeUnit.DAYS);
                            } finally {
                                interrupted.countDown();
                            }
                        },
                        () -> {
                            if (entered.getCount() == 0) {
                                throw new IllegalStateException("cancelled");
                            }
                        }))
                .hasMessage("cancelled");

        assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
    }
}
