/** Tests of the package of the same name. */
@NullMarked
package dev.shoal.simulation.arrivals;

import org.jspecify.annotations.NullMarked;
