/** The job queue against db-scheduler, on the same Postgres in the same run. */
@NullMarked
package dev.shoal.simulation.bench.queue;

import org.jspecify.annotations.NullMarked;
