/** The simulation of the queue catches what it must, and its twins keep the contracts. */
@NullMarked
package dev.shoal.simulation.queue;

import org.jspecify.annotations.NullMarked;
