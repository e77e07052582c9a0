/** Looks at a running stack from outside: its tables, its processes, its workflows. Changes nothing. */
@NullMarked
package dev.shoal.simulation.load.probe;

import org.jspecify.annotations.NullMarked;
