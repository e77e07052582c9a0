/** Many builds on the real stack, and what they took. */
@NullMarked
package dev.shoal.simulation.load;

import org.jspecify.annotations.NullMarked;
