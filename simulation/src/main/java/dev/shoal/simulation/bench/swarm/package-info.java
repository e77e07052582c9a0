/** {@code ./shoal bench swarm}: a release to real agents behind shaped links, against the bound. */
@NullMarked
package dev.shoal.simulation.bench.swarm;

import org.jspecify.annotations.NullMarked;
