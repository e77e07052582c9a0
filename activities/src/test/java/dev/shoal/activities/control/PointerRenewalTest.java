package dev.shoal.activities.control;

import static dev.shoal.activities.control.Pointers.NOON;
import static dev.shoal.activities.control.Pointers.WEEK;
import static dev.shoal.activities.control.Pointers.pointer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.model.pointer.Pointer;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PointerRenewalTest {
    private final Pointer current = pointer(4, "hello-4", 2);

    @Test
    void aFreshPointerIsLeftAlone() {
        assertThat(PointerRefresher.renewal(current, NOON.plus(Duration.ofDays(3)), WEEK))
                .isEmpty();
    }

    @Test
    void pastHalfOfItsValidityItIsSignedAgainWithTheSameSeqAndStep() {
        Instant now = NOON.plus(Duration.ofDays(4));

        assertThat(PointerRefresher.renewal(current, now, WEEK)).hasValueSatisfying(renewed -> {
            assertThat(renewed.isNewerThan(current)).isTrue();
            assertThat(renewed.seq()).isEqualTo(current.seq());
            assertThat(renewed.step()).isEqualTo(2);
            assertThat(renewed.expiresAt()).isEqualTo(now.plus(WEEK));
        });
    }

    @Test
    void anExpiredPointerIsSignedAgain() {
        assertThat(PointerRefresher.renewal(current, NOON.plus(Duration.ofDays(30)), WEEK))
                .isPresent();
    }

    @Test
    void aPointerFromTheFutureIsLeftAlone() {
        assertThat(PointerRefresher.renewal(current, NOON.minusSeconds(60), WEEK))
                .isEmpty();
    }
}
