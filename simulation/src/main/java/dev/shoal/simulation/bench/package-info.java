/** Benchmarks: ratios against a named peer, measured in one run on one machine. */
@NullMarked
package dev.shoal.simulation.bench;

import org.jspecify.annotations.NullMarked;
