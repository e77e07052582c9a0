/** {@code ./shoal bench artifact}: one upload of ours against the chain of tools that does the same. */
@NullMarked
package dev.shoal.simulation.bench.artifact;

import org.jspecify.annotations.NullMarked;
