package dev.shoal.workflows;

import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/**
 * A ticket: it claims whichever job is first in SQL once a host has a free slot, and from then on carries that job to its end:
 * claim, build, upload, replicate and await replication in each region, and, if the job asks for it, a
 * {@link ReleaseWorkflow}. A spare ticket finds no job and ends.
 */
@WorkflowInterface
public interface BuildAndReleaseWorkflow {
    @WorkflowMethod
    TicketOutcome run();
}
