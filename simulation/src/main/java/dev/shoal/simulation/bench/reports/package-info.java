/** {@code ./shoal bench reports}: a fleet that changes state, and what its reports cost Postgres. */
@NullMarked
package dev.shoal.simulation.bench.reports;

import org.jspecify.annotations.NullMarked;
