package dev.shoal.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RestartPolicyTest {
    @Test
    void doublesTheWaitFromAFifthOfASecondUpToTenSeconds() {
        assertThat(IntStream.rangeClosed(1, 8)
                        .mapToObj(RestartPolicy::delay)
                        .map(Duration::toMillis)
                        .toList())
                .containsExactly(200L, 400L, 800L, 1_600L, 3_200L, 6_400L, 10_000L, 10_000L);
    }

    @Test
    void staysAtTenSecondsHoweverOftenTheProcessDies() {
        assertThat(RestartPolicy.delay(Integer.MAX_VALUE)).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void countsDeathsOfAProcessThatNeverLivedLong() {
        assertThat(RestartPolicy.deaths(3, Duration.ofMillis(59_999))).isEqualTo(4);
    }

    @Test
    void startsAnewAfterAMinuteOfLife() {
        assertThat(RestartPolicy.deaths(30, Duration.ofSeconds(60))).isEqualTo(1);
    }

    @Test
    void refusesToAnswerForAProcessThatHasNotDied() {
        assertThatThrownBy(() -> RestartPolicy.delay(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
