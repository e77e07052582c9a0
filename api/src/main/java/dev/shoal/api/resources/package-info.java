/** The REST resources: each method decides nothing, asks one port, and says what came of it. */
@NullMarked
package dev.shoal.api.resources;

import org.jspecify.annotations.NullMarked;
