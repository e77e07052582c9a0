package dev.shoal.workflows;

import dev.shoal.model.Release;
import dev.shoal.model.ReleaseId;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/**
 * Carries one row of {@code releases} to its end: signs and writes the pointer, then watches until every live machine of every
 * named region reports the build healthy, a newer release supersedes it, or the deadline passes. Workflow id:
 * {@code release-<release id>}.
 */
@WorkflowInterface
public interface ReleaseWorkflow {
    /** Returns the row in its final state. */
    @WorkflowMethod
    Release run(ReleaseId release);

    /** The workflow id of a release. */
    static String workflowId(ReleaseId release) {
        return "release-" + release;
    }

    /** What the Web UI shows beside the id. */
    static String summary(ReleaseId release) {
        return "Release " + release;
    }
}
