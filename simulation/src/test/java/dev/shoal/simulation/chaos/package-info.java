/** The plan of a chaos run. */
@NullMarked
package dev.shoal.simulation.chaos;

import org.jspecify.annotations.NullMarked;
