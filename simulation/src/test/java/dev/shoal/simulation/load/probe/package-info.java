/** Tests of the package of the same name. */
@NullMarked
package dev.shoal.simulation.load.probe;

import org.jspecify.annotations.NullMarked;
