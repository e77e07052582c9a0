/** How fast a pointer reaches the machines of a region. */
@NullMarked
package dev.shoal.simulation.bench.propagation;

import org.jspecify.annotations.NullMarked;
