package dev.shoal.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import io.temporal.api.enums.v1.RetryState;
import io.temporal.api.enums.v1.TimeoutType;
import io.temporal.client.ActivityWorkerShutdownException;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TimeoutFailure;
import org.junit.jupiter.api.Test;

class MishapTest {
    private static Mishap of(Throwable cause) {
        return Mishap.of(
                new ActivityFailure("failed", 1, 2, "Build", "a1", RetryState.RETRY_STATE_TIMEOUT, "host", cause));
    }

    @Test
    void aHostThatFallsSilentIsLost() {
        assertThat(of(new TimeoutFailure("", null, TimeoutType.TIMEOUT_TYPE_HEARTBEAT)))
                .isEqualTo(new Mishap.Lost("the host stopped sending heartbeats"));
    }

    @Test
    void aHostWhoseProcessWasStartedAgainHasLostItsSteps() {
        assertThat(of(ApplicationFailure.newNonRetryableFailure("died", FailureTypes.HOST_RESTARTED)))
                .isEqualTo(new Mishap.Lost("died"));
    }

    @Test
    void aHostThatTakesNoStepIsLost() {
        assertThat(of(new TimeoutFailure("", null, TimeoutType.TIMEOUT_TYPE_SCHEDULE_TO_START)))
                .isInstanceOf(Mishap.Lost.class);
    }

    @Test
    void aDeadlineIsNotTheHostsDeath() {
        assertThat(of(new TimeoutFailure("", null, TimeoutType.TIMEOUT_TYPE_SCHEDULE_TO_CLOSE)))
                .isEqualTo(new Mishap.Broken("timed out"));
    }

    @Test
    void aWorkerThatShutsDownIsALostHost() {
        assertThat(of(ApplicationFailure.newFailure("bye", ActivityWorkerShutdownException.class.getName())))
                .isInstanceOf(Mishap.Lost.class);
    }

    @Test
    void aCancelledActivityMeansStopped() {
        assertThat(of(new CanceledFailure("cancelled"))).isInstanceOf(Mishap.Stopped.class);
        assertThat(Mishap.of(new CanceledFailure("cancelled"))).isInstanceOf(Mishap.Stopped.class);
    }

    @Test
    void anUnknownFailureIsBrokenWithItsMessage() {
        assertThat(of(ApplicationFailure.newFailure("surprise", "java.lang.IllegalStateException")))
                .isEqualTo(new Mishap.Broken("surprise"));
    }
}
