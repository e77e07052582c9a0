/** Random kills and freezes of every process kind of the real stack, and the audit of what they must not have cost. */
@NullMarked
package dev.shoal.simulation.chaos;

import org.jspecify.annotations.NullMarked;
