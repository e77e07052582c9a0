/**
 * Workflow and activity interfaces, the deterministic workflow code, and the policies (time-outs, retries) of every activity.
 * Workflow code decides with functions of {@code model}; everything else is an activity.
 */
@NullMarked
package dev.shoal.workflows;

import org.jspecify.annotations.NullMarked;
