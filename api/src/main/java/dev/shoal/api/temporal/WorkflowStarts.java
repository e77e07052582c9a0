package dev.shoal.api.temporal;

import dev.shoal.model.JobId;
import dev.shoal.model.Release;

/**
 * Asks Temporal to run what a row promises. Best effort and at once back: if Temporal is away, a monitor does it later.
 * Implementations are thread-safe.
 */
public interface WorkflowStarts {
    /** A ticket because of this job. */
    void ticket(JobId job);

    /** The workflow of this release. */
    void release(Release release);

    /** A cancel for the workflow that carries a running job. */
    void cancel(String workflowId);
}
