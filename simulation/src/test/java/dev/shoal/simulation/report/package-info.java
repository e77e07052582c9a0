/** Tests of the package of the same name. */
@NullMarked
package dev.shoal.simulation.report;

import org.jspecify.annotations.NullMarked;
