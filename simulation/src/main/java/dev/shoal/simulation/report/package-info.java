/** HTML pages that need nothing but themselves: inline style and SVG, no script, no foreign address. */
@NullMarked
package dev.shoal.simulation.report;

import org.jspecify.annotations.NullMarked;
