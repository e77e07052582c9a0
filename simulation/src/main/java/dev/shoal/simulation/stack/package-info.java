/** The running stack as the simulation sees it: its description, its REST API, starting and stopping it. */
@NullMarked
package dev.shoal.simulation.stack;

import org.jspecify.annotations.NullMarked;
