/** The supervisor of the development environment. */
@NullMarked
package dev.shoal.dev;

import org.jspecify.annotations.NullMarked;
