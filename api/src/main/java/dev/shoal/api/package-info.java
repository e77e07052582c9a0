/** The REST API. */
@NullMarked
package dev.shoal.api;

import org.jspecify.annotations.NullMarked;
