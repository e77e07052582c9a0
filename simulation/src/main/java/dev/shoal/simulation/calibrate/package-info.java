/** {@code ./shoal simulate calibrate}: the fleet simulator against real agents behind shaped links. */
@NullMarked
package dev.shoal.simulation.calibrate;

import org.jspecify.annotations.NullMarked;
