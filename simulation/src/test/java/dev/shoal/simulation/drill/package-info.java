/** Drills: what is killed, stopped or forged on a real stack costs time and nothing else. */
@NullMarked
package dev.shoal.simulation.drill;

import org.jspecify.annotations.NullMarked;
