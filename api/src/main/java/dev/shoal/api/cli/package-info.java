/** The {@code shoal} client commands: a thin layer over the REST API. */
@NullMarked
package dev.shoal.api.cli;

import org.jspecify.annotations.NullMarked;
