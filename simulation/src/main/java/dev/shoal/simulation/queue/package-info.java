/**
 * The build queue on a virtual clock: the production decisions (ticket, ownership, slots, monitors) over the twin of the job store,
 * with a model of Temporal, hosts and their faults around them, and the promises checked after every step. One thread, one seed, one
 * outcome.
 */
@NullMarked
package dev.shoal.simulation.queue;

import org.jspecify.annotations.NullMarked;
