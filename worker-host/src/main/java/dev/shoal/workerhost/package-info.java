/** Composition roots of the roles build, release and monitor. */
@NullMarked
package dev.shoal.workerhost;

import org.jspecify.annotations.NullMarked;
