/** Jobs: sources, specifications and status. */
@NullMarked
package dev.shoal.model.job;

import org.jspecify.annotations.NullMarked;
