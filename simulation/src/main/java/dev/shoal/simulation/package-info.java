/** Load on the real stack. */
@NullMarked
package dev.shoal.simulation;

import org.jspecify.annotations.NullMarked;
