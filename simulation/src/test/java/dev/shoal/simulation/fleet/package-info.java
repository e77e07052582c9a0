/** The fleet simulator: repeatable, close to its exact mode, its shipped scenarios held to goldens. */
@NullMarked
package dev.shoal.simulation.fleet;

import org.jspecify.annotations.NullMarked;
