/** How long a job waits when the host that builds it is lost, and whether the host that comes back changes anything. */
@NullMarked
package dev.shoal.simulation.bench.recovery;

import org.jspecify.annotations.NullMarked;
