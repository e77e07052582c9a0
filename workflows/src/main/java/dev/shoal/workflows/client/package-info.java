/** What the processes outside a workflow use: the connection to Temporal, and the ways to start and cancel workflows. */
@NullMarked
package dev.shoal.workflows.client;

import org.jspecify.annotations.NullMarked;
