/** {@code ./shoal bench deploy}: a release to many machine agents of a real stack while processes are killed. */
@NullMarked
package dev.shoal.simulation.bench.deploy;

import org.jspecify.annotations.NullMarked;
