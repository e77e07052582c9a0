/** The activities of the control queue: thin classes over the ports of jobs, builds, releases, machines, blobs and key-value. */
@NullMarked
package dev.shoal.activities.control;

import org.jspecify.annotations.NullMarked;
