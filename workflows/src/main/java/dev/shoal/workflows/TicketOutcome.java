package dev.shoal.workflows;

import dev.shoal.model.BuildName;
import dev.shoal.model.JobId;
import dev.shoal.model.job.JobStatus;
import java.util.Optional;

/**
 * How a ticket ended.
 *
 * @param job the job it carried; absent if the queue was empty
 * @param status the job's final status
 */
public record TicketOutcome(Optional<JobId> job, Optional<JobStatus> status, Optional<BuildName> build) {
    /** The ticket found nothing to do. */
    public static TicketOutcome spare() {
        return new TicketOutcome(Optional.empty(), Optional.empty(), Optional.empty());
    }
}
