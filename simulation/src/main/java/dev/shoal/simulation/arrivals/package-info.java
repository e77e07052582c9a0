/** When jobs arrive under load, and their submission to a stack that may be away. */
@NullMarked
package dev.shoal.simulation.arrivals;

import org.jspecify.annotations.NullMarked;
