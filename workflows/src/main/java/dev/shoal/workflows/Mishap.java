package dev.shoal.workflows;

import io.temporal.client.ActivityWorkerShutdownException;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TemporalFailure;
import io.temporal.failure.TimeoutFailure;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the failure of an activity means for the job, decided from the failure alone. */
public sealed interface Mishap {
    /** For people. */
    String reason();

    /** The host is gone, or hands the job back: claim it again. */
    record Lost(String reason) implements Mishap {}

    /** The build is at fault. */
    record BuildFailed(String reason, Optional<String> logTail) implements Mishap {}

    /** Somebody wants it stopped. */
    record Stopped(String reason) implements Mishap {}

    /** The row belongs to somebody else: nothing more may be written about it. */
    record Disowned(String reason) implements Mishap {}

    /** What nobody expected. */
    record Broken(String reason) implements Mishap {}

    /** Decides. */
    static Mishap of(TemporalFailure failure) {
        Throwable cause = failure instanceof ActivityFailure ? failure.getCause() : failure;
        if (cause instanceof CanceledFailure) {
            return new Stopped("cancelled");
        }
        if (cause instanceof TimeoutFailure timeout) {
            return ofTimeout(timeout);
        }
        if (cause instanceof ApplicationFailure application) {
            return ofApplication(application);
        }
        return new Broken(text(cause == null ? failure : cause));
    }

    /**
     * What it means for a job that somebody wants stopped: Temporal does not try a cancelled activity again, so that its last hiccup
     * shows instead of the cancel.
     */
    default Mishap inCancelled() {
        return this instanceof Lost || this instanceof Broken ? new Stopped("cancelled") : this;
    }

    private static Mishap ofTimeout(TimeoutFailure timeout) {
        return switch (timeout.getTimeoutType()) {
            case TIMEOUT_TYPE_HEARTBEAT -> new Lost("the host stopped sending heartbeats");
            case TIMEOUT_TYPE_SCHEDULE_TO_START -> new Lost("the host did not take its next step");
            default -> {
                Throwable last = timeout.getCause();
                yield new Broken("timed out" + (last == null ? "" : ", at last with: " + text(last)));
            }
        };
    }

    private static Mishap ofApplication(ApplicationFailure failure) {
        String reason = text(failure);
        String type = String.valueOf(failure.getType());
        if (type.equals(ActivityWorkerShutdownException.class.getName())) {
            return new Lost("the host is shutting down");
        }
        return switch (type) {
            case FailureTypes.BUILD_FAILED -> new BuildFailed(reason, firstDetail(failure));
            case FailureTypes.ARTIFACT_LOST,
                    FailureTypes.SLOT_LOST,
                    FailureTypes.HOST_DRAINING,
                    FailureTypes.HOST_RESTARTED -> new Lost(reason);
            case FailureTypes.CANCEL_REQUESTED -> new Stopped(reason);
            case FailureTypes.OWNERSHIP_LOST -> new Disowned(reason);
            default -> new Broken(reason);
        };
    }

    private static Optional<String> firstDetail(ApplicationFailure failure) {
        return failure.getDetails().getSize() == 0
                ? Optional.empty()
                : Optional.ofNullable(failure.getDetails().get(0, String.class));
    }

    private static String text(Throwable failure) {
        @Nullable
        String message =
                failure instanceof TemporalFailure temporal ? temporal.getOriginalMessage() : failure.getMessage();
        if (failure instanceof TimeoutFailure timeout) {
            return "time-out " + timeout.getTimeoutType();
        }
        return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
    }
}
