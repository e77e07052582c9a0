/** The replication gate: evidence per region and what may be released. */
@NullMarked
package dev.shoal.model.gate;

import org.jspecify.annotations.NullMarked;
