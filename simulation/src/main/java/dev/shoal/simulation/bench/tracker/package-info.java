/** {@code ./shoal bench tracker}: a region's peers that all announce within one second. */
@NullMarked
package dev.shoal.simulation.bench.tracker;

import org.jspecify.annotations.NullMarked;
