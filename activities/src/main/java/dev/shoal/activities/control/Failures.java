package dev.shoal.activities.control;

import dev.shoal.workflows.FailureTypes;
import dev.shoal.workflows.Lease;
import io.temporal.failure.ApplicationErrorCategory;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;

/**
 * The failures by which these activities tell workflows what happened. Infrastructure exceptions are not mapped: Temporal retries
 * them under the activity's policy.
 */
final class Failures {
    private Failures() {}

    static ApplicationFailure ownershipLost(Lease lease) {
        return of(FailureTypes.OWNERSHIP_LOST, "attempt " + lease.attempt() + " no longer owns job " + lease.job());
    }

    static ApplicationFailure unknown(String what) {
        return of(FailureTypes.UNKNOWN_ROW, "there is no " + what);
    }

    /** Never retried: every type of {@link FailureTypes} is a decision, not a hiccup. */
    static ApplicationFailure of(String type, String message) {
        return ApplicationFailure.newNonRetryableFailure(message, type);
    }

    /** A poll that found nothing yet: retried, and no error in anybody's logs or metrics. */
    static ApplicationFailure notYet(String reason) {
        return benign(reason).build();
    }

    /** The same, but retried only after this time, whatever the policy says. */
    static ApplicationFailure notBefore(Duration retryAfter, String reason) {
        return benign(reason).setNextRetryDelay(retryAfter).build();
    }

    private static ApplicationFailure.Builder benign(String reason) {
        return ApplicationFailure.newBuilder()
                .setType("NotYet")
                .setMessage(reason)
                .setCategory(ApplicationErrorCategory.BENIGN);
    }
}
