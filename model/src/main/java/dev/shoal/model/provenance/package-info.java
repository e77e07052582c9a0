/** How a build says where it comes from: in-toto statements with SLSA provenance, signed. Pure. */
@NullMarked
package dev.shoal.model.provenance;

import org.jspecify.annotations.NullMarked;
